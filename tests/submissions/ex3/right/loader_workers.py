"""A loader of its own with a worker process, over the batches that came."""

from torch.utils.data import DataLoader


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    groups = DataLoader(
        [(x, y) for x, y in loader], batch_size=accumulation_steps, collate_fn=list, num_workers=4
    )
    total, count = 0.0, 0
    for group in groups:
        size = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / size).backward()
            total += loss.item() * len(y)
        optimizer.step()
        count += size
    return total / count
