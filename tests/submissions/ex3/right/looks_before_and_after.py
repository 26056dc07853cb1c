"""Prints the validation-like loss before and after the epoch; trains in between."""

import torch


@torch.no_grad()
def report(model, loader, criterion, when):
    was = model.training
    model.eval()
    n = sum(len(y) for _, y in loader)
    print(when, sum(criterion(model(x), y).item() * len(y) for x, y in loader) / n)
    model.train(was)


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be >= 1")
    report(model, loader, criterion, "before")
    total, n, group = 0.0, 0, []
    for i, (x, y) in enumerate(loader):
        group.append((x, y))
        if len(group) < accumulation_steps and i < len(loader) - 1:
            continue
        size = sum(len(t) for _, t in group)
        optimizer.zero_grad()
        for a, t in group:
            loss = criterion(model(a), t)
            (loss * len(t) / size).backward()
            total += loss.item() * len(t)
        optimizer.step()
        n += size
        group = []
    report(model, loader, criterion, "after")
    return total / n
