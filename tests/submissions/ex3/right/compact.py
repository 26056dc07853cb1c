"""As short as it gets."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(accumulation_steps)
    b, k, losses = list(loader), accumulation_steps, []
    for g in (b[i : i + k] for i in range(0, len(b), k)):
        optimizer.zero_grad()
        for x, y in g:
            losses += [(loss := criterion(model(x), y)).item()] * len(y)
            (loss * len(y) / sum(len(t) for _, t in g)).backward()
        optimizer.step()
    return sum(losses) / len(losses)
