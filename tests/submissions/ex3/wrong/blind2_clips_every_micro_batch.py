"""Wrong: clips at norm 1.0 after each backward pass instead of once for each update, which spoils large gradients that would cancel.

Loses: equivalence
Named: clip-each-micro-batch
May lose: leftover, ragged, edges
"""
from itertools import islice

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be positive")
    model.train()
    stream = iter(loader)
    epoch_loss = 0.0
    epoch_n = 0
    group = list(islice(stream, accumulation_steps))
    while group:
        n = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            epoch_loss += loss.item() * len(y)
            (loss * len(y) / n).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        epoch_n += n
        group = list(islice(stream, accumulation_steps))
    return epoch_loss / epoch_n
