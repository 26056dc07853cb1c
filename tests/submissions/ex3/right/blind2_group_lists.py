"""Right: plain road with islice; each group is collected as a list of micro-batches, and each loss is scaled by its share of samples."""

from itertools import islice


def groups(loader, size):
    it = iter(loader)
    while group := list(islice(it, size)):
        yield group


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps must be at least 1, not {accumulation_steps}")
    model.train()
    loss_sum, samples = 0.0, 0
    for group in groups(loader, accumulation_steps):
        effective = sum(len(x) for x, _ in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * (len(x) / effective)).backward()
            loss_sum += loss.item() * len(x)
        optimizer.step()
        samples += effective
    return loss_sum / samples
