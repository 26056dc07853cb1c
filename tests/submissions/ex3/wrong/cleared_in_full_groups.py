"""Clears only for groups that are full: the last one takes in the group before.

Loses: leftover
May lose: edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total, n = 0.0, 0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        size = sum(len(y) for _, y in group)
        if len(group) == accumulation_steps:
            optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            total += loss.item() * len(y)
            n += len(y)
        optimizer.step()
    return total / n
