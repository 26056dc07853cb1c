"""Adds the mean losses up and clips as the note does.

Loses: equivalence, leftover
May lose: ragged, edges
Named: loss-not-scaled
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    losses, sizes = [], []
    while batches:
        group, batches = batches[:accumulation_steps], batches[accumulation_steps:]
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            loss.backward()
            losses.append(loss.item())
            sizes.append(len(y))
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
    return sum(a * b for a, b in zip(losses, sizes)) / sum(sizes)
