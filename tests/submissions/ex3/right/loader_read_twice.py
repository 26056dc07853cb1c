"""Reads the loader once for the sizes and once for the training."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps < 1")
    sizes = [len(y) for x, y in loader]
    k = accumulation_steps
    group_sizes = [sum(sizes[i : i + k]) for i in range(0, len(sizes), k)]
    epoch_loss = 0.0
    for i, (x, y) in enumerate(loader):
        if i % k == 0:
            optimizer.zero_grad()
        loss = criterion(model(x), y)
        (loss * sizes[i] / group_sizes[i // k]).backward()
        epoch_loss += loss.item() * sizes[i]
        if i % k == k - 1 or i == len(sizes) - 1:
            optimizer.step()
    return epoch_loss / sum(sizes)
