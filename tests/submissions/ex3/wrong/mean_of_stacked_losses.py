"""Backward over the mean of a group's mean losses.

Loses: micro-batches, ragged
Named: one-backward-per-group
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total, n = 0.0, 0
    for i in range(0, len(batches), accumulation_steps):
        losses = []
        for x, y in batches[i : i + accumulation_steps]:
            losses.append(criterion(model(x), y))
            total += losses[-1].item() * len(y)
            n += len(y)
        optimizer.zero_grad()
        torch.stack(losses).mean().backward()
        optimizer.step()
    return total / n
