"""Clears by the model after each micro-batch that does not end a group, and does not scale.

Loses: equivalence
May lose: leftover, ragged, edges
Named: zero-grad-each-micro-batch
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    model.zero_grad()
    total, n, steps = 0.0, 0, 0
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        loss.backward()
        steps += 1
        if steps == accumulation_steps or i == len(loader) - 1:
            optimizer.step()
            steps = 0
        model.zero_grad()
        total += loss.item() * len(y)
        n += len(y)
    return total / n
