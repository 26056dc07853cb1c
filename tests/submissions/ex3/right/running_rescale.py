"""Keeps .grad at the mean over the samples so far, rescaling it at each micro-batch."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be 1 or larger")
    mean_loss, seen = 0.0, 0
    in_group, group_samples = 0, 0
    for x, y in loader:
        if in_group == 0:
            optimizer.zero_grad(set_to_none=False)
        n = len(y)
        for p in model.parameters():
            if p.grad is not None:
                p.grad.mul_(group_samples / (group_samples + n))
        loss = criterion(model(x), y)
        (loss * (n / (group_samples + n))).backward()
        group_samples += n
        in_group += 1
        seen += n
        mean_loss += (loss.item() - mean_loss) * n / seen
        if in_group == accumulation_steps:
            optimizer.step()
            in_group, group_samples = 0, 0
    if in_group:
        optimizer.step()
    return mean_loss
