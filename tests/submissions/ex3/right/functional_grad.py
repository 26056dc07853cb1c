"""A functional style: torch.func gives value and gradient of each micro-batch."""

import torch
from torch.func import functional_call, grad_and_value


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be >= 1")

    def mean_loss(weights, x, y):
        return criterion(functional_call(model, weights, (x,)), y)

    losses, sizes = [], []
    groups = [[]]
    for batch in loader:
        if len(groups[-1]) == accumulation_steps:
            groups.append([])
        groups[-1].append(batch)
    for group in groups:
        weights = {name: p.detach() for name, p in model.named_parameters()}
        total = sum(len(y) for _, y in group)
        accumulated = {name: torch.zeros_like(p) for name, p in weights.items()}
        for x, y in group:
            grads, value = grad_and_value(mean_loss)(weights, x, y)
            accumulated = {k: v + grads[k] * (len(y) / total) for k, v in accumulated.items()}
            losses.append(value.item())
            sizes.append(len(y))
        for name, p in model.named_parameters():
            p.grad = accumulated[name]
        optimizer.step()
    return sum(a * b for a, b in zip(losses, sizes)) / sum(sizes)
