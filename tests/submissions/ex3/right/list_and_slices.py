"""All batches in a list, groups as slices of it."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("need at least one micro-batch per update")
    batches = list(loader)
    loss_sum = 0.0
    n_seen = 0
    for start in range(0, len(batches), accumulation_steps):
        group = batches[start : start + accumulation_steps]
        n_group = sum(x.shape[0] for x, y in group)
        optimizer.zero_grad()
        for x, y in group:
            pred = model(x)
            loss = criterion(pred, y)
            scaled = loss * (x.shape[0] / n_group)
            scaled.backward()
            loss_sum += loss.item() * x.shape[0]
            n_seen += x.shape[0]
        optimizer.step()
    return loss_sum / n_seen
