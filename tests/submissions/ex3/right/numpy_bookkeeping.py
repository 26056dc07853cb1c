"""NumPy keeps the books and gives the mean; a NumPy float comes back."""

import numpy as np


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be positive")
    n_batches = len(loader)
    sizes = np.array([y.shape[0] for _, y in loader])
    starts = np.arange(0, n_batches, accumulation_steps)
    totals = np.add.reduceat(sizes, starts)
    share = sizes / np.repeat(totals, np.diff(np.append(starts, n_batches)))
    ends = set(np.append(starts[1:], n_batches) - 1)
    losses = np.zeros(n_batches)
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        (loss * float(share[i])).backward()
        losses[i] = loss.item()
        if i in ends:
            optimizer.step()
            optimizer.zero_grad()
    return np.average(losses, weights=sizes)
