"""Asks the loader for its dataset, which a list does not have.

Loses: loss
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total = 0.0
    waiting = []
    for i, (x, y) in enumerate(loader):
        waiting.append((x, y))
        if len(waiting) == accumulation_steps or i == len(loader) - 1:
            size = sum(len(t) for _, t in waiting)
            optimizer.zero_grad()
            for a, t in waiting:
                loss = criterion(model(a), t)
                (loss * len(t) / size).backward()
                total += loss.item() * len(t)
            optimizer.step()
            waiting = []
    return total / len(loader.dataset)
