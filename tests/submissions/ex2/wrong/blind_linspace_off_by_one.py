"""np.linspace with warmup_steps points, one too few: the target is reached an update too early.
Loses: linear, scheduler, loop
Named: off-by-one
May lose: groups, edges, endpoints
"""

import numpy as np
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps should be >= 0")
    if step >= warmup_steps:
        return target_lr
    return float(np.linspace(start_lr, target_lr, warmup_steps)[step])


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps should be >= 0")
    bases = [g["lr"] for g in optimizer.param_groups]
    return LambdaLR(optimizer, [lambda s, b=b: warmup_lr(s, warmup_steps, start_lr, b) / b for b in bases])


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            rates.append(scheduler.get_last_lr()[0])
            optimizer.step()
            scheduler.step()
    return rates
