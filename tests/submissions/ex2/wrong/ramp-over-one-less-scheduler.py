"""LinearLR over `warmup_steps - 1` updates.

Loses: scheduler, loop
Named: off-by-one
May lose: edges
"""
from torch.optim.lr_scheduler import ConstantLR, LinearLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * (step / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps")
    if warmup_steps == 0:
        return ConstantLR(optimizer, 1.0)
    return LinearLR(optimizer, start_lr / optimizer.param_groups[0]["lr"], total_iters=warmup_steps - 1)


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
