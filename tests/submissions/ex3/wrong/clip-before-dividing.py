"""Wrong: clips the sum of the gradients at norm 1.0, and divides it by the samples after that.

Loses: equivalence
Named: clip-each-micro-batch
"""

from torch import nn


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    optimizer.zero_grad()
    total = seen = size = 0
    for i, (x, y) in enumerate(loader, start=1):
        loss = criterion(model(x), y) * len(y)
        loss.backward()
        total += loss.item()
        seen += len(y)
        size += len(y)
        if i % accumulation_steps == 0 or i == len(loader):
            # The order is the mistake: what is held to 1.0 here is not the gradient of the update yet.
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.grad /= size
            optimizer.step()
            optimizer.zero_grad()
            size = 0
    return total / seen
