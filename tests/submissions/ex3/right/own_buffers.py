"""Copies each gradient into buffers of double precision and clears .grad after every backward pass."""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps")
    params = list(model.parameters())
    buffers = [torch.zeros_like(p, dtype=torch.float64) for p in params]
    optimizer.zero_grad()
    loss_sum = torch.zeros((), dtype=torch.float64)
    seen = size = members = 0

    def apply():
        for p, b in zip(params, buffers):
            p.grad = (b / size).to(p.dtype)
            b.zero_()
        optimizer.step()
        optimizer.zero_grad()

    for x, y in loader:
        loss = criterion(model(x), y)
        loss.backward()
        with torch.no_grad():
            for p, b in zip(params, buffers):
                b += p.grad.double() * len(y)
        optimizer.zero_grad()
        loss_sum += loss.detach().double() * len(y)
        seen += len(y)
        size += len(y)
        members += 1
        if members == accumulation_steps:
            apply()
            size = members = 0
    if members:
        apply()
    return float(loss_sum / seen)
