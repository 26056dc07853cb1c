"""The last, shorter group is stepped, and missing from the mean that is returned.

Loses: loss
"""
import torch
def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError('accumulation_steps must be at least 1')
    n_batches = len(loader)
    optimizer.zero_grad()
    sizes = [len(x) for x, y in loader]
    total, n, running = 0.0, 0, 0.0
    for i, (x, y) in enumerate(loader):
        start = i - i % accumulation_steps
        group = sizes[start:start + accumulation_steps]
        loss = criterion(model(x), y)
        (loss * len(x) / sum(group)).backward()
        running = running + loss.item() * len(x)
        if (i + 1) % accumulation_steps == 0:
            total, n, running = total + running, n + sum(group), 0.0
        if (i + 1) % accumulation_steps == 0 or i + 1 == n_batches:
            optimizer.step()
            optimizer.zero_grad()
    return total / max(n, 1)
