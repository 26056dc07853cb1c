"""Updates the weights by hand, as plain SGD, without the optimizer.

Loses: equivalence, steps, edges
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    lr = optimizer.param_groups[0]["lr"]
    batches = list(loader)
    total, n = 0.0, 0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        size = sum(len(y) for _, y in group)
        model.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            total += loss.item() * len(y)
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
        n += size
    return total / n
