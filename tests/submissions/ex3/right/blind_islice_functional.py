"""iter, islice and the walrus; generators and sums instead of counters."""

from itertools import islice

import torch


def _groups(loader, size):
    it = iter(loader)
    while group := tuple(islice(it, size)):
        yield group


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("need accumulation_steps >= 1")
    seen: list[tuple[float, int]] = []
    for group in _groups(loader, accumulation_steps):
        optimizer.zero_grad(set_to_none=True)
        total = sum(y.size(0) for _, y in group)
        for x, y in group:
            loss = criterion(model(x), y)
            torch.autograd.backward(loss, grad_tensors=torch.full_like(loss, y.size(0) / total))
            seen.append((loss.item(), y.size(0)))
        optimizer.step()
    return sum(l * n for l, n in seen) / sum(n for _, n in seen)
