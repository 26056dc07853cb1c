"""A NumPy person's version: the whole ramp as a linspace table; with several groups it returns a list for each group."""

from dataclasses import dataclass, field

import numpy as np
import torch


def _ramp(warmup_steps, start_lr, target_lr):
    if warmup_steps < 0:
        raise ValueError("warmup_steps < 0")
    if warmup_steps == 0:
        return np.array([target_lr])
    return np.linspace(start_lr, target_lr, num=warmup_steps + 1)


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    table = _ramp(warmup_steps, start_lr, target_lr)
    return float(table[min(step, len(table) - 1)])


@dataclass
class TableScheduler:
    optimizer: torch.optim.Optimizer
    tables: list = field(repr=False)
    position: int = 0

    def __post_init__(self):
        self._write()

    def _write(self):
        for group, table in zip(self.optimizer.param_groups, self.tables):
            group["lr"] = float(table[min(self.position, len(table) - 1)])

    def step(self):
        self.position += 1
        self._write()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return TableScheduler(optimizer, [_ramp(warmup_steps, start_lr, g["lr"]) for g in optimizer.param_groups])


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    used = [[] for _ in optimizer.param_groups]
    optimizer.zero_grad()
    for _ in range(epochs):
        for x, y in loader:
            for rates, group in zip(used, optimizer.param_groups):
                rates.append(group["lr"])
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            scheduler.step()
    return used[0] if len(used) == 1 else used
