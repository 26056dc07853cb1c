"""Clips the gradient of each micro-batch by itself, then adds them up.

Loses: equivalence
Named: clip-each-micro-batch
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    params = list(model.parameters())
    total = 0.0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        size = sum(len(y) for _, y in group)
        sums = [torch.zeros_like(p) for p in params]
        for x, y in group:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(params, 1.0)
            for s, p in zip(sums, params):
                s += p.grad * len(y) / size
            total += loss.item() * len(y)
        for s, p in zip(sums, params):
            p.grad = s
        optimizer.step()
    return total / sum(len(y) for _, y in batches)
