"""Right: torch.autograd.grad in double precision with a running mean of gradients that is put into .grad when a group is full."""
import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if not accumulation_steps >= 1:
        raise ValueError("need at least one micro-batch in a group")

    params = [p for p in model.parameters() if p.requires_grad]
    mean = [None] * len(params)
    n_group = k = 0
    losses, sizes = [], []

    def update():
        for p, g in zip(params, mean):
            p.grad = None if g is None else g.to(p.dtype)
        optimizer.step()

    for x, y in loader:
        loss = criterion(model(x), y)
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        m = x.size(0)
        n_group += m
        k += 1
        for i, g in enumerate(grads):
            if g is None:
                continue
            g = g.double()
            if mean[i] is None:
                mean[i] = torch.zeros_like(g)
            mean[i] += (g - mean[i]) * (m / n_group)  # Welford
        losses.append(loss.item())
        sizes.append(m)
        if k == accumulation_steps:
            update()
            mean = [None] * len(params)
            n_group = k = 0
    if k:
        update()
    return sum(l * s for l, s in zip(losses, sizes)) / sum(sizes)
