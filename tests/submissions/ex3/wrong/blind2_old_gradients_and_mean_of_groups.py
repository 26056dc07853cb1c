"""Wrong twice: gradients are cleared only after a step, so old ones get into the first update; and the returned loss is the plain mean of the groups' losses.

Loses: edges, loss
Named: stale-gradients
"""
from itertools import islice


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be >= 1")
    iterator = iter(loader)
    group_losses = []
    while True:
        group = list(islice(iterator, accumulation_steps))
        if not group:
            break
        n = sum(x.size(0) for x, y in group)
        group_loss = 0.0
        for x, y in group:
            loss = criterion(model(x), y) * x.size(0) / n
            loss.backward()
            group_loss += loss.item()
        optimizer.step()
        optimizer.zero_grad()
        group_losses.append(group_loss)
    return sum(group_losses) / len(group_losses)
