"""Clears before and after each update, by model and by optimizer."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    model.zero_grad()
    optimizer.zero_grad()
    batches = [b for b in loader]
    losses = []
    while batches:
        group, batches = batches[:accumulation_steps], batches[accumulation_steps:]
        total = 0
        for x, y in group:
            total = total + len(x)
        optimizer.zero_grad()
        for x, y in group:
            out = model(x)
            loss = criterion(out, y)
            weight = len(x) / total
            (weight * loss).backward()
            losses.extend([loss.item()] * len(x))
        optimizer.step()
        model.zero_grad(set_to_none=False)
    return sum(losses) / len(losses)
