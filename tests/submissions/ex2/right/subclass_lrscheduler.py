"""A subclass of PyTorch's own LRScheduler, typed."""
from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler


class LinearWarmup(LRScheduler):
    def __init__(self, optimizer: torch.optim.Optimizer, warmup_steps: int, start_lr: float) -> None:
        if warmup_steps < 0:
            raise ValueError("warmup_steps must be non-negative")
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        super().__init__(optimizer)

    def get_lr(self) -> list[float]:
        return [warmup_lr(self.last_epoch, self.warmup_steps, self.start_lr, base) for base in self.base_lrs]


def warmup_lr(
    step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3
) -> float:
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be non-negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * (step / warmup_steps)


def make_warmup_scheduler(
    optimizer: torch.optim.Optimizer, warmup_steps: int = 1000, start_lr: float = 1e-7
) -> LinearWarmup:
    return LinearWarmup(optimizer, warmup_steps, start_lr)


def train_with_warmup(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    criterion: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int = 1,
    warmup_steps: int = 1000,
    start_lr: float = 1e-7,
) -> list[float]:
    device = next(model.parameters()).device
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates: list[float] = []
    for _ in range(epochs):
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad(set_to_none=True)
            loss = criterion(model(x), y)
            loss.backward()
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            scheduler.step()
    return rates
