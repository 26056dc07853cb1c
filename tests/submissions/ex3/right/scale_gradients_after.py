"""Sums up gradients of summed losses, then divides the gradients once the size of the group is known."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps")

    def update(samples):
        for p in model.parameters():
            if p.grad is not None:
                p.grad /= samples
        optimizer.step()
        optimizer.zero_grad()

    optimizer.zero_grad()
    total = 0.0
    count = 0
    in_group = 0
    for i, (x, y) in enumerate(loader, start=1):
        loss = criterion(model(x), y) * len(x)
        loss.backward()
        total += loss.item()
        count += len(x)
        in_group += len(x)
        if i % accumulation_steps == 0:
            update(in_group)
            in_group = 0
    if in_group > 0:
        update(in_group)
    return total / count
