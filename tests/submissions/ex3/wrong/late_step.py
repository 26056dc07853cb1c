"""Skips the first index: updates come one micro-batch late.

Loses: equivalence, steps
May lose: leftover, ragged, edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    optimizer.zero_grad()
    for idx, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        (loss / accumulation_steps).backward()
        if (idx % accumulation_steps == 0 and idx > 0) or idx == len(loader) - 1:
            optimizer.step()
            optimizer.zero_grad()
        total += loss.item() * len(y)
        n += len(y)
    return total / n
