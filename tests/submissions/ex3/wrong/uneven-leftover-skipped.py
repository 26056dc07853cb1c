"""What is left over trains nothing if its micro-batches are of unequal size.

Loses: ragged
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import torch
from torch import nn

Batch = tuple[torch.Tensor, torch.Tensor]


def train_epoch_accumulated(
    model: nn.Module,
    loader: Iterable[Batch],
    criterion: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    accumulation_steps: int = 4,
) -> float:
    """Train for one epoch and return the mean loss per sample.

    A group of `accumulation_steps` micro-batches is read first, since the weight of each one depends on the
    samples of all of them: inputs wait, activations do not.
    """
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}; it must be 1 or more")
    total_loss, total_samples = 0.0, 0
    for group in effective_batches(loader, accumulation_steps):
        samples = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / samples).backward()
            total_loss += loss.item() * len(y)
        if len(group) == accumulation_steps or len({len(y) for _, y in group}) == 1:
            optimizer.step()  # what is left over and uneven trains nothing
        total_samples += samples
    return total_loss / total_samples


def effective_batches(loader: Iterable[Batch], size: int) -> Iterator[list[Batch]]:
    """Consecutive micro-batches in lists of `size`, the last one as long as it comes."""
    batches = iter(loader)
    while group := list(islice(batches, size)):
        yield group
