"""Your code clears the gradients only after an update, so old ones from before the epoch get into the first update.

Hint: Reread the sheet's part "Values that need care": what may stand in the gradients when your function begins?
Costs: edges
"""

from itertools import islice


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}; it must be 1 or more")
    total_loss, total_samples = 0.0, 0
    for group in effective_batches(loader, accumulation_steps):
        samples = sum(len(y) for _, y in group)
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / samples).backward()
            total_loss += loss.item() * len(y)
        optimizer.step()
        optimizer.zero_grad()
        total_samples += samples
    return total_loss / total_samples


def effective_batches(loader, size):
    batches = iter(loader)
    while group := list(islice(batches, size)):
        yield group
