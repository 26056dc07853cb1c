"""As the note's loop, clipping included, but once for each update."""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps <= 0:
        raise ValueError(f"accumulation_steps should be positive, got {accumulation_steps}")
    model.train()
    running, n = 0.0, 0
    pending = []

    def flush():
        size = sum(len(y) for _, y in pending)
        optimizer.zero_grad()
        part = 0.0
        for x, y in pending:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            part += loss.item() * len(y)
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        pending.clear()
        return part, size

    for batch in loader:
        pending.append(batch)
        if len(pending) == accumulation_steps:
            a, b = flush()
            running, n = running + a, n + b
    if pending:
        a, b = flush()
        running, n = running + a, n + b
    return running / n
