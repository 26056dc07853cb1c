"""The loss is measured again after the update.

Loses: micro-batches, loss
"""
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Share(nn.Module):
    """Identity forward; times `share` in the gradient (through a hook)."""

    def __init__(self, share: float):
        super().__init__()
        self.share = share

    def forward(self, loss: Tensor) -> Tensor:
        scaled = loss.clone()
        scaled.register_hook(lambda g: g * self.share)
        return scaled


class Result(NamedTuple):
    loss_sum: float
    samples: int


def train_group(model, criterion, optimizer, *group) -> Result:
    samples = sum(x.size(0) for x, _ in group)
    loss_sum = 0.0
    optimizer.zero_grad()
    for x, y in group:
        loss = criterion(model(x), y)
        Share(x.size(0) / samples)(loss).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        for x, y in group:
            loss_sum += criterion(model(x), y).item() * x.size(0)
    return Result(loss_sum, samples)


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("need at least one micro-batch a group")
    it, done = iter(loader), []
    while True:
        group = [batch for _, batch in zip(range(accumulation_steps), it)]
        if not group:
            break
        done.append(train_group(model, criterion, optimizer, *group))
    return sum(r.loss_sum for r in done) / sum(r.samples for r in done)
