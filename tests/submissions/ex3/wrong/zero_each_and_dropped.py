"""Two mistakes: only the last micro-batch counts, and a shorter last group is dropped.

Loses: equivalence, leftover
May lose: ragged, edges
Named: zero-grad-each-micro-batch, leftover-dropped
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        (loss / accumulation_steps).backward()
        total += loss.item() * len(y)
        n += len(y)
        if (i + 1) % accumulation_steps == 0:
            optimizer.step()
    return total / n
