"""Hands the criterion the target first.

Loses: equivalence
May lose: loss
"""


def train_group(model, group, criterion, optimizer, shares):
    optimizer.zero_grad()
    total = 0.0
    for (x, y), share in zip(group, shares):
        loss = criterion(y, model(x))
        (share * loss).backward()
        total += loss.item() * len(y)
    optimizer.step()
    return total


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps is {accumulation_steps}")
    total, samples, group = 0.0, 0, []
    for batch in loader:
        group.append(batch)
        samples += len(batch[1])
        if len(group) == accumulation_steps:
            effective = sum(len(y) for _, y in group)
            total += train_group(model, group, criterion, optimizer, [len(y) / effective for _, y in group])
            group = []
    if group:
        total += train_group(model, group, criterion, optimizer, [len(y) / sum(len(y) for _, y in group) for _, y in group])
    return total / samples
