"""Exercise 2: learning-rate warmup. The sheet beside this file (README.md) says what each function must do."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    """Return the learning rate of optimizer update number `step`; the first update is number 0.

    Raise a ValueError if `warmup_steps` is negative.
    """
    raise NotImplementedError


def make_warmup_scheduler(
    optimizer: torch.optim.Optimizer, warmup_steps: int = 1000, start_lr: float = 1e-7
) -> Any:
    """Set the start rate now, and return a scheduler: an object whose `step()` is called after each update.

    Each parameter group climbs to the rate that it has when this function is called.
    Raise a ValueError if `warmup_steps` is negative.
    """
    raise NotImplementedError


def train_with_warmup(
    model: nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    criterion: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int = 1,
    warmup_steps: int = 1000,
    start_lr: float = 1e-7,
) -> list[float]:
    """Train `model` with warmup, and return the learning rate that each update used, in order.

    `loader` gives batches `(x, y)` of float32 tensors: x is (batch, features), y is (batch, 1).
    `criterion(model(x), y)` is the loss of a batch, a single number.
    The list is `epochs` times the number of batches long.
    Raise a ValueError if `warmup_steps` is negative.
    """
    raise NotImplementedError
