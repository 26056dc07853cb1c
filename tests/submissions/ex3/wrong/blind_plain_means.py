"""Divides by the number of micro-batches of the group, so a small micro-batch counts as much; the returned loss is a mean of means too.
Loses: ragged, loss
May lose: edges
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be positive")
    batches = list(loader)
    losses = []
    for start in range(0, len(batches), accumulation_steps):
        group = batches[start:start + accumulation_steps]
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss / len(group)).backward()
            losses.append(loss.item())
        optimizer.step()
    return sum(losses) / len(losses)
