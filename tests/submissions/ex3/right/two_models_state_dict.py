"""Keeps a deep copy of the start and puts it back if the loss is not finite; plain training otherwise."""

import copy
import math


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be positive")
    safe = copy.deepcopy(model.state_dict())
    spare = copy.deepcopy(model)
    batches = list(loader)
    total, count = 0.0, 0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        size = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            loss.backward(gradient=loss.new_tensor(len(y) / size))
            total += loss.item() * len(y)
        optimizer.step()
        count += size
    if not math.isfinite(total):
        model.load_state_dict(safe)
    del spare
    return total / count
