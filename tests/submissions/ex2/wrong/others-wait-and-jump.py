"""The first group climbs. The others wait at the start rate and jump to their own targets when the warmup ends.

Loses: groups
May lose: loop
"""
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    first, *others = [group["lr"] for group in optimizer.param_groups]
    factors = [lambda step: warmup_lr(step, warmup_steps, start_lr, first) / first]
    factors += [lambda step, t=t: 1.0 if step >= warmup_steps else start_lr / t for t in others]
    return LambdaLR(optimizer, factors)


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
