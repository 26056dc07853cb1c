"""Clears the gradients only after each step, never before the first: old gradients get into the first update.
Loses: edges
Named: stale-gradients
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = [(x, y) for x, y in loader]
    total_loss, total_n = 0.0, 0
    while batches:
        group, batches = batches[:accumulation_steps], batches[accumulation_steps:]
        n_group = sum(len(x) for x, _ in group)
        for x, y in group:
            loss = criterion(model(x), y)
            (len(x) / n_group * loss).backward()
            total_loss += len(x) * loss.item()
            total_n += len(x)
        optimizer.step()
        optimizer.zero_grad()
    return total_loss / total_n
