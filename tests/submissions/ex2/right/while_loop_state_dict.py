"""A while loop, an early reload of the optimizer's own state, extra parameters with defaults."""
import copy

from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3, verbose=False):
    if not isinstance(warmup_steps, int) or warmup_steps < 0:
        raise ValueError("warmup_steps: a whole number, 0 or more")
    if step >= warmup_steps:
        lr = target_lr
    else:
        lr = start_lr + (target_lr - start_lr) / warmup_steps * step
    if verbose:
        print(step, lr)
    return lr


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7, last_epoch=-1):
    targets = [float(group["lr"]) for group in optimizer.param_groups]
    return LambdaLR(
        optimizer,
        [lambda step, t=t: warmup_lr(step, warmup_steps, start_lr, t) / t for t in targets],
        last_epoch=last_epoch,
    )


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7, verbose=False):
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates, epoch = [], 0
    while epoch < epochs:
        batches = iter(loader)
        while True:
            try:
                x, y = next(batches)
            except StopIteration:
                break
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            rate = optimizer.param_groups[0]["lr"]
            optimizer.step()
            scheduler.step()
            rates.append(rate)
        epoch += 1
    return rates
