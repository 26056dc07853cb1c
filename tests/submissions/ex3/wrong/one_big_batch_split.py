"""Joins the whole epoch and splits it anew.

Loses: micro-batches
Named: one-big-batch
"""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    size = len(batches[0][1]) * accumulation_steps
    all_x = torch.cat([x for x, _ in batches])
    all_y = torch.cat([y for _, y in batches])
    losses = []
    for x, y in zip(all_x.split(size), all_y.split(size)):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach() * len(y))
    return (torch.stack(losses).sum() / len(all_y)).item()
