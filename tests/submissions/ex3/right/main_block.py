"""Type hints, a dataclass, a progress bar, a training at import and a main block."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from tqdm import tqdm

torch.manual_seed(1234)
torch.set_default_dtype(torch.float64)
logging.basicConfig(level=logging.INFO)
log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class MicroBatch:
    x: Tensor
    y: Tensor
    share: float

    @property
    def samples(self) -> int:
        return self.x.shape[0]


def with_shares(loader, steps: int) -> Iterator[list[MicroBatch]]:
    waiting: list[tuple[Tensor, Tensor]] = []
    for position, (x, y) in enumerate(loader, start=1):
        waiting.append((x, y))
        if position % steps == 0 or position == len(loader):
            total = sum(len(a) for a, _ in waiting)
            yield [MicroBatch(a, b, len(a) / total) for a, b in waiting]
            waiting = []


def train_epoch_accumulated(
    model: nn.Module,
    loader,
    criterion,
    optimizer: torch.optim.Optimizer,
    accumulation_steps: int = 4,
) -> float:
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be a positive integer")
    loss_sum: float = 0.0
    samples: int = 0
    for group in tqdm(with_shares(loader, accumulation_steps)):
        optimizer.zero_grad()
        for batch in group:
            loss = criterion(model(batch.x), batch.y)
            (loss * batch.share).backward()
            loss_sum += loss.item() * batch.samples
            samples += batch.samples
        optimizer.step()
        log.info("mean loss so far: %.4f", loss_sum / samples)
    return loss_sum / samples


def demo() -> float:
    model = nn.Linear(3, 1)
    data = [(torch.randn(8, 3), torch.randn(8, 1)) for _ in range(5)]
    return train_epoch_accumulated(model, data, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.1))


print("demo loss", demo())

if __name__ == "__main__":
    for _ in range(1000):
        demo()
