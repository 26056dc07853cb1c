"""Joins a group with torch.cat.

Loses: micro-batches
Named: one-big-batch
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    xs, ys, total, n = [], [], 0.0, 0
    for i, (x, y) in enumerate(loader):
        xs.append(x)
        ys.append(y)
        if len(xs) == accumulation_steps or i == len(loader) - 1:
            big_x, big_y = torch.cat(xs), torch.cat(ys)
            optimizer.zero_grad()
            loss = criterion(model(big_x), big_y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(big_y)
            n += len(big_y)
            xs, ys = [], []
    return total / n
