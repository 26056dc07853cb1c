"""A dataclass, a protocol, a trainer, an enum of phases."""
import enum
import logging
from dataclasses import dataclass, field
from typing import Protocol

import torch

log = logging.getLogger(__name__)


class Phase(enum.Enum):
    WARMUP = "warmup"
    PLATEAU = "plateau"


class Steps(Protocol):
    def step(self) -> None: ...


@dataclass(frozen=True)
class Ramp:
    steps: int
    low: float
    high: float

    def __post_init__(self):
        if self.steps < 0:
            raise ValueError(f"A ramp of {self.steps} steps cannot be.")

    def phase(self, step):
        return Phase.WARMUP if step < self.steps else Phase.PLATEAU

    def __call__(self, step):
        match self.phase(step):
            case Phase.PLATEAU:
                return self.high
            case Phase.WARMUP:
                return self.low + self.slope * step

    @property
    def slope(self):
        return (self.high - self.low) / self.steps


@dataclass
class GroupWarmup:
    optimizer: torch.optim.Optimizer
    ramps: list = field(default_factory=list)
    count: int = 0

    @classmethod
    def build(cls, optimizer, steps, low):
        ramps = [Ramp(steps, low, group["lr"]) for group in optimizer.param_groups]
        warmup = cls(optimizer, ramps)
        warmup.write()
        return warmup

    def write(self):
        for ramp, group in zip(self.ramps, self.optimizer.param_groups, strict=True):
            group["lr"] = ramp(self.count)

    def step(self):
        self.count += 1
        self.write()
        log.debug("update %d", self.count)


@dataclass
class Trainer:
    model: torch.nn.Module
    criterion: object
    optimizer: torch.optim.Optimizer
    scheduler: Steps
    rates: list = field(default_factory=list)

    def update(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), max_norm=1.0)
        self.rates.append(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.scheduler.step()

    def fit(self, loader, epochs):
        for _ in range(epochs):
            for x, y in loader:
                self.update(x, y)
        return self.rates


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    return Ramp(warmup_steps, start_lr, target_lr)(step)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return GroupWarmup.build(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    return Trainer(model, criterion, optimizer, scheduler).fit(loader, epochs)
