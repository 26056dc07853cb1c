"""Scales the gradients afterwards, always by accumulation_steps; weighs samples within a full group.

Loses: leftover
May lose: ragged, edges
Named: leftover-misscaled
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total = 0.0
    for i in range(0, len(batches), accumulation_steps):
        group = batches[i : i + accumulation_steps]
        mean_size = sum(len(y) for _, y in group) / len(group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * (len(y) / mean_size)).backward()
            total += loss.item() * len(y)
        for p in model.parameters():
            p.grad.div_(accumulation_steps)
        optimizer.step()
    return total / sum(len(y) for _, y in batches)
