import numpy as np


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    """keeps .grad at the *mean* gradient of the samples seen so far in the group, like a running average"""
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")

    epoch_losses = np.array([])
    epoch_sizes = np.array([], dtype=int)

    n_micro = 0      # micro-batches in this group so far
    n_seen = 0       # samples in this group so far
    optimizer.zero_grad()

    for x, y in loader:
        n = x.shape[0]
        old = n_seen / (n_seen + n)
        if n_micro > 0:
            for group in optimizer.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        p.grad *= old
        loss = criterion(model(x), y)
        (loss * (1 - old)).backward()

        epoch_losses = np.append(epoch_losses, loss.detach().cpu().numpy())
        epoch_sizes = np.append(epoch_sizes, n)
        n_seen += n
        n_micro += 1

        if n_micro == accumulation_steps:
            optimizer.step()
            optimizer.zero_grad()
            n_micro = n_seen = 0

    if n_micro > 0:          # leftovers
        optimizer.step()
        optimizer.zero_grad()

    return float(np.sum(epoch_losses * epoch_sizes) / epoch_sizes.sum())
