"""next() and StopIteration by hand."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    it = iter(loader)
    done = False
    weighted, n = 0.0, 0
    while not done:
        group = []
        while len(group) < accumulation_steps:
            try:
                group.append(next(it))
            except StopIteration:
                done = True
                break
        if not group:
            break
        n_group = 0
        for batch in group:
            n_group += batch[1].shape[0]
        for p in model.parameters():
            p.grad = None
        for batch in group:
            inputs, targets = batch
            loss = criterion(model.forward(inputs), targets)
            (loss * (targets.shape[0] / n_group)).backward()
            weighted += loss.item() * targets.shape[0]
        n += n_group
        optimizer.step()
    return weighted / n
