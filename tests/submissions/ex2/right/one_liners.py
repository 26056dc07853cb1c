"""As short as it gets."""
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0: raise ValueError
    return start_lr + (target_lr - start_lr) * (min(step, warmup_steps) / warmup_steps if warmup_steps else 1)


make_warmup_scheduler = lambda opt, n=1000, lo=1e-7: LambdaLR(opt, [lambda s, t=g["lr"]: warmup_lr(s, n, lo, t) / t for g in opt.param_groups])


def update(model, x, y, criterion, opt, sched):
    opt.zero_grad(); criterion(model(x), y).backward(); lr = opt.param_groups[0]["lr"]; opt.step(); sched.step(); return lr


def train_with_warmup(m, loader, crit, opt, epochs=1, n=1000, lo=1e-7):
    s = make_warmup_scheduler(opt, n, lo)
    return [update(m, x, y, crit, opt, s) for _ in range(epochs) for x, y in loader]
