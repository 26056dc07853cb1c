"""Right: a scheduler that adds the same amount, torch.lerp, rates from a generator."""
from collections.abc import Iterator

import torch
from torch import nn


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    if warmup_steps < 0:
        raise ValueError("warmup_steps has to be 0 or more")
    if not warmup_steps:
        return target_lr
    start, target = torch.tensor([start_lr, target_lr], dtype=torch.float64)
    t = torch.tensor(step / warmup_steps, dtype=torch.float64).clamp(0, 1)
    return torch.lerp(start, target, t).item()


class AdditiveWarmup:
    """Adds the same amount to each rate at each step, for the first warmup_steps steps."""

    def __init__(self, optimizer, warmup_steps, start_lr):
        self.groups = optimizer.param_groups
        self.remaining = warmup_steps
        self.targets = [g["lr"] for g in self.groups]
        if warmup_steps:
            self.increments = [(t - start_lr) / warmup_steps for t in self.targets]
            for g in self.groups:
                g["lr"] = start_lr

    def step(self):
        if self.remaining == 0:
            return
        self.remaining -= 1
        if self.remaining == 0:  # the sum would miss the target by a rounding error
            for g, t in zip(self.groups, self.targets):
                g["lr"] = t
        else:
            for g, d in zip(self.groups, self.increments):
                g["lr"] += d


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7) -> AdditiveWarmup:
    if warmup_steps < 0:
        raise ValueError("warmup_steps has to be 0 or more")
    return AdditiveWarmup(optimizer, warmup_steps, start_lr)


class Trainer:
    def __init__(self, model, criterion, optimizer, scheduler):
        self.model, self.criterion = model, criterion
        self.optimizer, self.scheduler = optimizer, scheduler

    def __call__(self, loader) -> Iterator[float]:
        for x, y in loader:
            self.optimizer.zero_grad()
            self.criterion(self.model(x), y).backward()
            yield self.optimizer.param_groups[0]["lr"]
            self.optimizer.step()
            self.scheduler.step()


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    trainer = Trainer(model, criterion, optimizer, make_warmup_scheduler(optimizer, warmup_steps, start_lr))
    return [rate for _ in range(epochs) for rate in trainer(loader)]
