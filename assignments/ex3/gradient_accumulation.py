"""Exercise 3: gradient accumulation, a batch of 128 out of 32s. The task is in README.md beside this file.

Run `make check ex3` to see how far you are.
"""

from collections.abc import Callable, Iterable

import torch
from torch import nn


def train_epoch_accumulated(
    model: nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    criterion: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    accumulation_steps: int = 4,
) -> float:
    """Train `model` for one epoch, with one update for each group of `accumulation_steps` micro-batches.

    model: gives predictions, float32 `(batch, outputs)`, for inputs `x`; it arrives in training mode.
    loader: a DataLoader or a list of micro-batches `(x, y)`; both hold one row for each sample. The last
        micro-batch may be smaller than the others.
    criterion: `criterion(model(x), y)` is the mean loss of a micro-batch, a tensor without dimensions.
    optimizer: updates the weights of `model`.
    accumulation_steps: how many micro-batches make one group (one effective batch). The last group may be
        shorter. Less than 1 is a ValueError.

    Returns the mean loss per sample over the epoch, a float.
    """
    raise NotImplementedError
