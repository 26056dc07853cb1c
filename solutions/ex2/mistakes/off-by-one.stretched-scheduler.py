"""The rate is early or late by one update: the ramp ends one update before or after update `warmup_steps`.

Hint: Reread "The ramp" in the sheet and check its table: at which update does the ramp end?
Costs: scheduler, loop
May cost: groups, edges
"""

from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be 0 or more")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    steps = warmup_steps + (warmup_steps > 0)
    targets = [group["lr"] for group in optimizer.param_groups]
    factors = [lambda step, t=t: warmup_lr(step, steps, start_lr, t) / t for t in targets]
    return LambdaLR(optimizer, factors)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
