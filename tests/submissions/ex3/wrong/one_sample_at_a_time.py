"""Feeds single samples to the model.

Loses: micro-batches
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total, n = 0.0, 0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        size = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            for a, b in zip(x.split(1), y.split(1)):
                loss = criterion(model(a), b)
                (loss / size).backward()
                total += loss.item()
            n += len(y)
        optimizer.step()
    return total / n
