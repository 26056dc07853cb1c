"""Runs the backward pass only where it steps.

Loses: equivalence, micro-batches, leftover, ragged
May lose: edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        total += loss.item() * len(y)
        n += len(y)
        if (i + 1) % accumulation_steps == 0 or (i + 1) == len(loader):
            optimizer.zero_grad()
            (loss / accumulation_steps).backward()
            optimizer.step()
    return total / n
