"""Exact fractions inside, floats outside; a global default dtype set at import."""
from fractions import Fraction

import torch

torch.set_default_dtype(torch.float64)


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps is negative")
    if step >= warmup_steps:
        return float(target_lr)
    low, high = Fraction(start_lr), Fraction(target_lr)
    return float(low + (high - low) * Fraction(step, warmup_steps))


class _Warmup(object):
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer = optimizer
        self.settings = warmup_steps, start_lr
        self.final = {id(group): group["lr"] for group in optimizer.param_groups}
        self.done = 0
        self.set()

    def set(self):
        for group in self.optimizer.param_groups:
            group["lr"] = warmup_lr(self.done, *self.settings, self.final[id(group)])

    def step(self):
        self.done += 1
        self.set()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return _Warmup(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    model.double()
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x.double()), y.double()).backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    model.float()
    return rates
