"""Gradients of sums, divided by the samples of the group in place of a scaled loss."""


def finish(model, optimizer, samples):
    for p in model.parameters():
        if p.grad is not None:
            p.grad.div_(samples)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if not accumulation_steps >= 1:
        raise ValueError("at least one micro-batch makes a group")
    optimizer.zero_grad()
    epoch_sum = epoch_samples = samples = waiting = 0
    for x, y in loader:
        n = x.size(0)
        summed = criterion(model(x), y) * n
        summed.backward()
        epoch_sum += float(summed.detach())
        epoch_samples += n
        samples += n
        waiting += 1
        if waiting == accumulation_steps:
            finish(model, optimizer, samples)
            samples = waiting = 0
    if waiting:
        finish(model, optimizer, samples)
    return epoch_sum / epoch_samples
