"""Your code updates the weights after the first micro-batch of a group, not after the last.

Hint: Reread the sheet's part "The effective batch": at which micro-batch is a group complete? Python counts from 0.
Costs: equivalence, steps
May cost: leftover, ragged, edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}; it must be 1 or more")
    total_loss, total_samples = 0.0, 0
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y)
        (loss / accumulation_steps).backward()
        total_loss += loss.item() * len(y)
        total_samples += len(y)
        if i % accumulation_steps == 0 or i == len(loader) - 1:
            optimizer.step()
            optimizer.zero_grad()
    return total_loss / total_samples
