"""Concatenates the micro-batches of a group and sends them through the model at once.
Loses: micro-batches
Named: one-big-batch
May lose: loss
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total = 0.0
    n = 0
    for start in range(0, len(batches), accumulation_steps):
        group = batches[start : start + accumulation_steps]
        x = torch.cat([b[0] for b in group])
        y = torch.cat([b[1] for b in group])
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        n += len(x)
    return total / n
