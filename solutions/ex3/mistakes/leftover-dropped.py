"""Your code drops the last group when it has fewer micro-batches than the others: the weights are not updated for it.

Hint: Reread the sheet's part "Leftover micro-batches": what happens to the ones that do not fill a group?
Costs: leftover
May cost: ragged, steps, edges, loss
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
            (loss * len(y) / samples).backward()
            total_loss += loss.item() * len(y)
        if len(group) == accumulation_steps:
            optimizer.step()
        total_samples += samples
    return total_loss / total_samples


def effective_batches(loader, size):
    batches = iter(loader)
    while group := list(islice(batches, size)):
        yield group
