"""Divides every group by the samples of the first one.

Loses: leftover
Named: leftover-misscaled
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    size = sum(len(y) for _, y in batches[:accumulation_steps])
    total = 0.0
    for i in range(0, len(batches), accumulation_steps):
        optimizer.zero_grad()
        for x, y in batches[i : i + accumulation_steps]:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            total += loss.item() * len(y)
        optimizer.step()
    return total / sum(len(y) for _, y in batches)
