"""Two mistakes: joined groups, and gradients that pile up.

Loses: equivalence, micro-batches
May lose: leftover, ragged, edges
Named: never-zero-grad, one-big-batch
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total, n = 0.0, 0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        x = torch.cat([b[0] for b in group])
        y = torch.cat([b[1] for b in group])
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n
