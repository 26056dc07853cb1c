"""Divides the loss, as accumulation does, but never waits.

Loses: equivalence, steps
May lose: leftover, ragged, edges
Named: step-each-micro-batch
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    model.train()
    total_loss = 0
    total_n = 0
    for x, y in loader:
        optimizer.zero_grad()
        output = model(x)
        loss = criterion(output, y)
        total_loss += loss.item() * x.size(0)
        total_n += x.size(0)
        loss = loss / accumulation_steps
        loss.backward()
        optimizer.step()
    return total_loss / total_n
