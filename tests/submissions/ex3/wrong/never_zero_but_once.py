"""Clears once, before the epoch.

Loses: equivalence
May lose: leftover, ragged, edges
Named: never-zero-grad
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    optimizer.zero_grad()
    k = accumulation_steps
    batches = list(loader)
    total = 0.0
    for i in range(0, len(batches), k):
        n = sum(len(y) for _, y in batches[i : i + k])
        for x, y in batches[i : i + k]:
            loss = criterion(model(x), y)
            (loss * len(y) / n).backward()
            total += loss.item() * len(y)
        optimizer.step()
    return total / sum(len(y) for _, y in batches)
