"""Your code updates the weights after every micro-batch, so nothing is accumulated.

Hint: Reread the sheet's part "The effective batch": which lines run once for a whole group?
Costs: equivalence, steps
May cost: leftover, ragged, edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}; it must be 1 or more")
    total_loss, total_samples = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(y)
        total_samples += len(y)
    return total_loss / total_samples
