"""A class of its own is called ValueError, and is none.

Loses: edges
"""
from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR


class ValueError(Exception):
    """The name of Python's own, and not its kind."""


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    """The learning rate of optimizer update number `step`, counted from 0."""
    if warmup_steps < 0:
        raise ValueError(f"warmup_steps is {warmup_steps}; it must be 0 or more")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


def make_warmup_scheduler(
    optimizer: torch.optim.Optimizer, warmup_steps: int = 1000, start_lr: float = 1e-7
) -> LambdaLR:
    """A scheduler that warms each parameter group up to the rate that the group has now."""

    def share_of(target: float) -> Callable[[int], float]:
        return lambda step: warmup_lr(step, warmup_steps, start_lr, target) / target

    return LambdaLR(optimizer, [share_of(group["lr"]) for group in optimizer.param_groups])


def train_with_warmup(
    model: nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    criterion: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int = 1,
    warmup_steps: int = 1000,
    start_lr: float = 1e-7,
) -> list[float]:
    """Train with warmup and return the learning rate that each update used, in order."""
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
