"""Wrong: all forward passes of a group come first and the summed loss gets one backward pass, which saves no memory.

Loses: micro-batches
Named: one-backward-per-group
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be 1 or more")
    total, count = 0.0, 0
    losses, sizes = [], []

    def update():
        nonlocal total, count
        n = sum(sizes)
        optimizer.zero_grad()
        effective_loss = sum(loss * size for loss, size in zip(losses, sizes)) / n
        effective_loss.backward()
        optimizer.step()
        total += effective_loss.item() * n
        count += n
        losses.clear()
        sizes.clear()

    for x, y in loader:
        losses.append(criterion(model(x), y))
        sizes.append(len(x))
        if len(losses) == accumulation_steps:
            update()
    if losses:
        update()
    return total / count
