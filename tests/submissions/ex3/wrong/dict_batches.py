"""Expects batches that are dicts, as the note's dataset makes them.

Loses: equivalence, steps, micro-batches, leftover, ragged, loss, edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    optimizer.zero_grad()
    for i, batch in enumerate(loader):
        x, y = batch["sequence"], batch["label"]
        loss = criterion(model(x), y)
        (loss / accumulation_steps).backward()
        total += loss.item() * len(y)
        n += len(y)
        if (i + 1) % accumulation_steps == 0 or (i + 1) == len(loader):
            optimizer.step()
            optimizer.zero_grad()
    return total / n
