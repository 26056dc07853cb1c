"""Right: a frozen dataclass as the ramp, optimizer.step(closure)."""
from __future__ import annotations

from dataclasses import InitVar, dataclass, field

import torch
from torch.optim import Optimizer


@dataclass(frozen=True)
class Ramp:
    """Gerade von start bis target in `steps` Schritten, danach flach."""

    steps: int
    start: float
    target: float

    def __post_init__(self) -> None:
        if self.steps < 0:
            raise ValueError("Anzahl der Schritte darf nicht negativ sein")

    def __call__(self, step: int) -> float:
        if self.steps == 0 or step >= self.steps:
            return self.target
        return (self.start * (self.steps - step) + self.target * step) / self.steps


@dataclass
class Scheduler:
    optimizer: Optimizer
    warmup_steps: InitVar[int]
    start_lr: InitVar[float]
    ramps: list[Ramp] = field(init=False)
    updates: int = 0

    def __post_init__(self, warmup_steps: int, start_lr: float) -> None:
        # erst alle Rampen bauen (dabei wird geprüft), dann erst die Raten ändern
        self.ramps = [Ramp(warmup_steps, start_lr, g["lr"]) for g in self.optimizer.param_groups]
        self._apply()

    def _apply(self) -> None:
        for g, ramp in zip(self.optimizer.param_groups, self.ramps, strict=True):
            g["lr"] = ramp(self.updates)

    def step(self) -> None:
        self.updates += 1
        self._apply()


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    return Ramp(warmup_steps, start_lr, target_lr)(step)


def make_warmup_scheduler(optimizer: Optimizer, warmup_steps: int = 1000, start_lr: float = 1e-7) -> Scheduler:
    return Scheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates: list[float] = []
    model.train()
    for _epoche in range(epochs):
        for eingabe, ziel in loader:
            rates.append(optimizer.param_groups[0]["lr"])

            def closure() -> torch.Tensor:
                optimizer.zero_grad()
                verlust = criterion(model(eingabe), ziel)
                verlust.backward()
                return verlust

            optimizer.step(closure)
            scheduler.step()
    return rates
