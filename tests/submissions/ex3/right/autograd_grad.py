"""torch.autograd.grad in place of backward(); gradients are put into .grad at the end of a group."""

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError(accumulation_steps)
    params = [p for p in model.parameters() if p.requires_grad]
    sums, samples, seen, total = None, 0, 0, 0.0
    last = len(loader) - 1
    for i, (x, y) in enumerate(loader):
        n = y.size(0)
        loss = criterion(model(x), y)
        grads = torch.autograd.grad(loss, params)
        if sums is None:
            sums = [torch.zeros_like(p) for p in params]
        for s, g in zip(sums, grads):
            s.add_(g, alpha=n)
        samples += n
        seen += n
        total += float(loss) * n
        if (i + 1) % accumulation_steps == 0 or i == last:
            for p, s in zip(params, sums):
                p.grad = s / samples
            optimizer.step()
            sums, samples = None, 0
    return total / seen
