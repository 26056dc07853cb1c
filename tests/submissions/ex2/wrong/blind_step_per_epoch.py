"""scheduler.step() stands in the outer loop: the rate changes once an epoch, as in many tutorials.
Loses: loop
Named: per-epoch
May lose: edges
"""

import torch


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps is negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * (step / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps is negative")
    lambdas = [
        lambda step, base=group["lr"]: warmup_lr(step, warmup_steps, start_lr, base) / base
        for group in optimizer.param_groups
    ]
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda=lambdas)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
        scheduler.step()
    return lrs
