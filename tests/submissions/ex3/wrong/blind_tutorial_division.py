"""The loop of every tutorial: divides by accumulation_steps always, also in a shorter group and for a smaller micro-batch.
Loses: leftover, ragged
Named: leftover-misscaled
May lose: edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be >= 1")
    optimizer.zero_grad()
    total, samples = 0.0, 0
    number_of_batches = len(loader)
    for i, (x, y) in enumerate(loader):
        outputs = model(x)
        loss = criterion(outputs, y)
        (loss / accumulation_steps).backward()
        if (i + 1) % accumulation_steps == 0 or (i + 1) == number_of_batches:
            optimizer.step()
            optimizer.zero_grad()
        total += loss.item() * x.size(0)
        samples += x.size(0)
    return total / samples
