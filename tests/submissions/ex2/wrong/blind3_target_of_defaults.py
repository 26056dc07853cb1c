"""The optimizer's defaults are taken for each group's target.

Loses: groups
Named: one-target-for-all-groups
"""
from __future__ import annotations

from functools import partial

import torch


def _validate(n: int) -> None:
    if n < 0:
        raise ValueError(f"{n} is below 0")


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    _validate(warmup_steps)
    return target_lr if step >= warmup_steps else start_lr + (target_lr - start_lr) * (step / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps: int = 1000, start_lr: float = 1e-7):
    _validate(warmup_steps)
    target = optimizer.defaults["lr"]
    rate = partial(warmup_lr, warmup_steps=warmup_steps, start_lr=start_lr, target_lr=target)
    for group in optimizer.param_groups:
        group["lr"] = target
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: rate(k) / target)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    _validate(warmup_steps)
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates: list[float] = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            rates += scheduler.get_last_lr()[:1]
            optimizer.step()
            scheduler.step()
    return rates
