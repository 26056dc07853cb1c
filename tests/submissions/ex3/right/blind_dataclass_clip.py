"""Classes and dataclasses; a running mean of the gradient, and one clip at norm 1.0 for each update as in the note."""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Average:
    total: float = 0.0
    samples: int = 0

    def add(self, value: float, n: int) -> None:
        self.total += value * n
        self.samples += n

    @property
    def value(self) -> float:
        return self.total / self.samples


class Accumulator:
    """Keeps p.grad equal to the mean gradient of all samples seen since the last update."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer, every: int) -> None:
        if every < 1:
            raise ValueError(f"accumulation_steps must be >= 1, got {every}")
        self.model, self.optimizer, self.every = model, optimizer, every
        self._reset()

    def _reset(self) -> None:
        self.optimizer.zero_grad()
        self.samples = self.micro_batches = 0

    def add(self, loss: torch.Tensor, n: int) -> None:
        total = self.samples + n
        if self.samples:
            for p in self.model.parameters():
                if p.grad is not None:
                    p.grad.mul_(self.samples / total)
        (loss * (n / total)).backward()
        self.samples = total
        self.micro_batches += 1
        if self.micro_batches == self.every:
            self.flush()

    def flush(self) -> None:
        if self.micro_batches == 0:
            return
        nn.utils.clip_grad_norm_(self.model.parameters(), max_norm=1.0)
        self.optimizer.step()
        self._reset()


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    accumulator = Accumulator(model, optimizer, accumulation_steps)
    average = Average()
    for x, y in loader:
        loss = criterion(model(x), y)
        accumulator.add(loss, len(y))
        average.add(loss.item(), len(y))
    accumulator.flush()
    return average.value
