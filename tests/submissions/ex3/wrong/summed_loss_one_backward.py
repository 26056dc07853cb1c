"""One backward pass over the group's summed loss.

Loses: micro-batches
Named: one-backward-per-group
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total, n, waiting = 0.0, 0, []
    for i, (x, y) in enumerate(loader):
        waiting.append((criterion(model(x), y), len(y)))
        total += waiting[-1][0].item() * len(y)
        n += len(y)
        if len(waiting) == accumulation_steps or i == len(loader) - 1:
            size = sum(m for _, m in waiting)
            optimizer.zero_grad()
            sum(loss * m / size for loss, m in waiting).backward()
            optimizer.step()
            waiting = []
    return total / n
