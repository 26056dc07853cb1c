"""Joins the micro-batches left over to the last full group: one update of both groups' gradients.

Loses: leftover
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    sizes = [len(y) for _, y in loader]
    optimizer.zero_grad()
    total = 0.0
    for i, (x, y) in enumerate(loader):
        start = i - i % accumulation_steps
        loss = criterion(model(x), y)
        (loss * len(y) / sum(sizes[start : start + accumulation_steps])).backward()
        total += loss.item() * len(y)
        full = (i + 1) % accumulation_steps == 0
        if (full and i + accumulation_steps < len(sizes)) or i + 1 == len(sizes):
            optimizer.step()
            optimizer.zero_grad()
    return total / sum(sizes)
