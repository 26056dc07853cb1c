"""The note's loop with an if before the step: the clearing stayed at the top of the loop.

Loses: equivalence, leftover, ragged
May lose: edges
Named: zero-grad-each-micro-batch
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        pred = model(x)
        loss = criterion(pred, y)
        (loss / accumulation_steps).backward()
        if (i + 1) % accumulation_steps == 0 or (i + 1) == len(loader):
            optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n
