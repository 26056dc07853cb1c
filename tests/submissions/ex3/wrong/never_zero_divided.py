"""Two mistakes: never clears, and divides the gradients by accumulation_steps before each step.

Loses: equivalence, leftover, ragged
May lose: edges
Named: never-zero-grad, leftover-misscaled
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n = 0.0, 0
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        loss.backward()
        total += loss.item() * len(y)
        n += len(y)
        if (i + 1) % accumulation_steps == 0 or i + 1 == len(loader):
            for p in model.parameters():
                p.grad /= accumulation_steps
            optimizer.step()
    return total / n
