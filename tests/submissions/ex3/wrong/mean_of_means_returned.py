"""Returns the mean of the micro-batches' means.

Loses: loss
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
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            total += loss.item()
            n += 1
        optimizer.step()
    return total / n
