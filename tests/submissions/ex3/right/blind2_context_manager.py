"""Right: over-engineered; a context manager is one effective batch, a dataclass keeps the epoch's books, and the groups come from zip_longest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from math import fsum

import torch
from torch import Tensor, nn

MicroBatch = tuple[Tensor, Tensor]
_NOTHING = object()


@dataclass(frozen=True)
class Record:
    loss: float
    samples: int


@contextmanager
def effective_batch(optimizer: torch.optim.Optimizer) -> Iterator[None]:
    optimizer.zero_grad()
    yield
    optimizer.step()
    optimizer.zero_grad()


def grouped(loader: Iterable[MicroBatch], size: int) -> Iterator[list[MicroBatch]]:
    for row in zip_longest(*[iter(loader)] * size, fillvalue=_NOTHING):
        yield [item for item in row if item is not _NOTHING]


def train_epoch_accumulated(model: nn.Module, loader, criterion, optimizer, accumulation_steps: int = 4) -> float:
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}; it must be at least 1")
    records: list[Record] = []
    for group in grouped(loader, accumulation_steps):
        sizes = torch.tensor([x.shape[0] for x, _ in group], dtype=torch.float64)
        shares = (sizes / sizes.sum()).tolist()
        with effective_batch(optimizer):
            for share, (x, y) in zip(shares, group, strict=True):
                loss = criterion(model(x), y)
                torch.autograd.backward(loss * share)
                records.append(Record(loss.item(), x.shape[0]))
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    return fsum(r.loss * r.samples for r in records) / sum(r.samples for r in records)
