"""Counts the groups by a division that rounds down; the rest is never read.

Loses: leftover, edges
May lose: steps, ragged, loss
Named: leftover-dropped
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total, n = 0.0, 0
    for g in range(len(batches) // accumulation_steps):
        group = batches[g * accumulation_steps : (g + 1) * accumulation_steps]
        size = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            total += loss.item() * len(y)
        optimizer.step()
        n += size
    return total / n
