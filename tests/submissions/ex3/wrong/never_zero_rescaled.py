"""Never clears, and divides what has piled up by the samples of the group.

Loses: equivalence
May lose: leftover, ragged, edges
Named: never-zero-grad
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n, size = 0.0, 0, 0
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        (loss * len(y)).backward()
        total += loss.item() * len(y)
        n += len(y)
        size += len(y)
        if (i + 1) % accumulation_steps == 0 or i + 1 == len(loader):
            for p in model.parameters():
                p.grad /= size
            optimizer.step()
            size = 0
    return total / n
