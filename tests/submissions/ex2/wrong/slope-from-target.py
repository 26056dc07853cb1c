"""The slope is taken from the target instead of target - start: each ramp is too steep by the start rate, and all groups climb.

Loses: linear, scheduler, groups, loop
"""
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + target_lr * step / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    def share_of(target):
        return lambda step: warmup_lr(step, warmup_steps, start_lr, target) / target

    return LambdaLR(optimizer, [share_of(group["lr"]) for group in optimizer.param_groups])


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
