"""Your code runs one backward pass for a whole group. Until then every micro-batch of it stays in memory.

Hint: Reread the sheet's part "The effective batch": when is the memory of a forward pass free again?
Costs: micro-batches
"""

from itertools import islice


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}; it must be 1 or more")
    total_loss, total_samples = 0.0, 0
    for group in effective_batches(loader, accumulation_steps):
        samples = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        group_loss = 0.0
        for x, y in group:
            loss = criterion(model(x), y)
            group_loss = group_loss + loss * len(y) / samples
            total_loss += loss.item() * len(y)
        group_loss.backward()
        optimizer.step()
        total_samples += samples
    return total_loss / total_samples


def effective_batches(loader, size):
    batches = iter(loader)
    while group := list(islice(batches, size)):
        yield group
