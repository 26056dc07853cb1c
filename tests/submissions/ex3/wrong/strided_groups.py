"""Deals the micro-batches out to the groups in turn, not one group after another.

Loses: equivalence, leftover
May lose: ragged
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    count = -(-len(batches) // accumulation_steps)
    total, n = 0.0, 0
    for g in range(count):
        group = batches[g::count]
        size = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            total += loss.item() * len(y)
        optimizer.step()
        n += size
    return total / n
