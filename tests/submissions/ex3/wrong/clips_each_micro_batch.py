"""Clips after each backward pass.

Loses: equivalence
Named: clip-each-micro-batch
"""

from torch.nn.utils import clip_grad_norm_


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total = 0.0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        size = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            clip_grad_norm_(model.parameters(), 1.0)
            total += loss.item() * len(y)
        optimizer.step()
    return total / sum(len(y) for _, y in batches)
