"""Your code divides the last group by `accumulation_steps`, although it has fewer micro-batches.

Hint: Reread the sheet's part "Leftover micro-batches": how many micro-batches share that update?
Costs: leftover
May cost: ragged, edges
"""

from itertools import islice


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}; it must be 1 or more")
    total_loss, total_samples = 0.0, 0
    for group in effective_batches(loader, accumulation_steps):
        samples = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            share = len(y) / samples * len(group) / accumulation_steps
            (loss * share).backward()
            total_loss += loss.item() * len(y)
        optimizer.step()
        total_samples += samples
    return total_loss / total_samples


def effective_batches(loader, size):
    batches = iter(loader)
    while group := list(islice(batches, size)):
        yield group
