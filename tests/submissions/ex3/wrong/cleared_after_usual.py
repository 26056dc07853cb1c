"""The usual loop: divided by accumulation_steps, cleared after the update, and a last update outside.

Loses: leftover, ragged, edges
Named: leftover-misscaled, stale-gradients
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        (loss / accumulation_steps).backward()
        total += loss.item() * len(y)
        n += len(y)
        if (i + 1) % accumulation_steps == 0:
            optimizer.step()
            optimizer.zero_grad()
    if len(loader) % accumulation_steps != 0:
        optimizer.step()
        optimizer.zero_grad()
    return total / n
