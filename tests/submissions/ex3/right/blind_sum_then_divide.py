"""Backward on sums of losses; the gradients are divided by the group's samples just before the step."""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps={accumulation_steps}")

    def update(n):
        with torch.no_grad():
            for p in model.parameters():
                if p.grad is not None:
                    p.grad /= n
        optimizer.step()
        optimizer.zero_grad()

    optimizer.zero_grad()
    epoch_loss = epoch_n = group_n = 0
    for i, (x, y) in enumerate(loader, start=1):
        loss = criterion(model(x), y) * x.shape[0]
        loss.backward()
        epoch_loss += loss.item()
        epoch_n += x.shape[0]
        group_n += x.shape[0]
        if i % accumulation_steps == 0:
            update(group_n)
            group_n = 0
    if group_n:
        update(group_n)
    return epoch_loss / epoch_n
