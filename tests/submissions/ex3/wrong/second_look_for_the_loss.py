"""Runs every micro-batch a second time, without gradients, to measure its loss.

Loses: micro-batches
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total, n = 0.0, 0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        size = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            with torch.no_grad():
                total += criterion(model(x), y).item() * len(y)
            n += len(y)
        optimizer.step()
    return total / n
