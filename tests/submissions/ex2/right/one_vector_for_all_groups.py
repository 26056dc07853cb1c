"""The rates of all groups are one float64 vector: from the same share of each target, one lerp for each update."""
from itertools import chain, count, repeat

import torch


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    ends = torch.tensor([start_lr, target_lr], dtype=torch.float64)
    return torch.lerp(*ends, min(step, warmup_steps) / warmup_steps if warmup_steps else 1.0).item()


class Climb:
    def __init__(self, optimizer, warmup_steps, start_lr):
        if warmup_steps < 0:
            raise ValueError("warmup_steps must not be negative")
        self.groups = optimizer.param_groups
        targets = torch.tensor([group["lr"] for group in self.groups], dtype=torch.float64)
        starts = targets * (start_lr / targets[0])
        self.vectors = (
            starts.lerp(targets, update / warmup_steps) if update < warmup_steps else targets for update in count()
        )
        self.step()

    def step(self):
        for group, rate in zip(self.groups, next(self.vectors).tolist(), strict=True):
            group["lr"] = rate


make_warmup_scheduler = lambda optimizer, warmup_steps=1000, start_lr=1e-7: Climb(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    climb, rates = make_warmup_scheduler(optimizer, warmup_steps, start_lr), []
    for x, y in chain.from_iterable(repeat(loader, epochs)):
        rates += [[group["lr"] for group in climb.groups]]
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()
        climb.step()
    return rates if len(climb.groups) > 1 else [rate for (rate,) in rates]
