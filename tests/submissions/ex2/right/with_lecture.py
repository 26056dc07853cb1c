"""Uses the lecture's own epoch for each batch, clipping included."""
from lecture import set_seed, train_one_epoch
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError(f"warmup_steps must be at least 0, not {warmup_steps}")
    if step >= warmup_steps:
        return target_lr
    return ((warmup_steps - step) * start_lr + step * target_lr) / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    def rule(target):
        def factor(step):
            return warmup_lr(step, warmup_steps, start_lr, target) / target
        return factor

    return LambdaLR(optimizer, [rule(group["lr"]) for group in optimizer.param_groups])


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    set_seed(7)
    device = next(model.parameters()).device
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for _ in range(epochs):
        for batch in loader:
            rates.append(optimizer.param_groups[0]["lr"])
            train_one_epoch(model, [batch], criterion, optimizer, device)
            scheduler.step()
    return rates
