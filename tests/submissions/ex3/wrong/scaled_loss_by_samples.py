"""Weighs by samples a loss that was divided already.

Loses: loss, leftover, ragged
May lose: edges
Named: leftover-misscaled, scaled-loss-returned
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        loss = loss / accumulation_steps
        loss.backward()
        total += loss.item() * y.size(0)
        n += y.size(0)
        if (i + 1) % accumulation_steps == 0 or (i + 1) == len(loader):
            optimizer.step()
            optimizer.zero_grad()
    return total / n
