"""Your code updates the weights after every micro-batch, so nothing is accumulated.

Loses: equivalence, steps
May lose: leftover, ragged, edges
Named: step-each-micro-batch
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be 1 or more")
    total, samples = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
