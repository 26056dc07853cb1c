"""Wrong: within a group every micro-batch gets the same share, also a last one with fewer samples.

Loses: ragged
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total = 0.0
    samples = 0
    for start in range(0, len(batches), accumulation_steps):
        group = batches[start:start + accumulation_steps]
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            total += loss.item() * len(y)
            samples += len(y)
            loss = loss / len(group)
            loss.backward()
        optimizer.step()
    return total / samples
