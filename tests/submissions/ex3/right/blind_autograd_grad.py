"""An old hand's version: torch.autograd.grad into buffers of its own; p.grad is written just before the step. Prints."""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if not accumulation_steps >= 1:
        raise ValueError("accumulation_steps < 1")
    params = [p for p in model.parameters() if p.requires_grad]
    losses, sizes = [], []
    buffers, in_group, updates = None, 0, 0

    batches = list(loader)
    for number, (x, y) in enumerate(batches):
        n = x.shape[0]
        loss = criterion(model(x), y)
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        grads = [None if g is None else n * g for g in grads]
        if buffers is None:
            buffers = grads
        else:
            buffers = [b if g is None else (g if b is None else b + g) for b, g in zip(buffers, grads)]
        in_group += n
        losses.append(loss.item())
        sizes.append(n)
        last = number == len(batches) - 1
        if (number + 1) % accumulation_steps == 0 or last:
            for p, b in zip(params, buffers):
                p.grad = None if b is None else b / in_group
            optimizer.step()
            buffers, in_group, updates = None, 0, updates + 1

    mean = sum(l * n for l, n in zip(losses, sizes)) / sum(sizes)
    print(f"{len(batches)} micro-batches, {updates} updates, loss {mean:.4f}")
    return mean
