"""Your code never clears the gradients, so each update takes in all the groups before it.

Hint: Reread the sheet's part "The effective batch": where does each group have to start from?
Costs: equivalence
May cost: leftover, ragged, edges
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
            (loss * len(y)).backward()
            total_loss += loss.item() * len(y)
        for parameter in model.parameters():
            parameter.grad /= samples
        optimizer.step()
        total_samples += samples
    return total_loss / total_samples


def effective_batches(loader, size):
    batches = iter(loader)
    while group := list(islice(batches, size)):
        yield group
