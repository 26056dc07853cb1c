"""torch's LinearLR (every group starts at the first group's share), ConstantLR without a warmup, np.interp for the ramp."""

import numpy as np
from torch.optim.lr_scheduler import ConstantLR, LinearLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("negative warmup")
    if warmup_steps == 0:
        return target_lr
    return float(np.interp(step, [0, warmup_steps], [start_lr, target_lr]))


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("negative warmup")
    if warmup_steps == 0:
        return ConstantLR(optimizer, factor=1.0, total_iters=1)
    target = optimizer.param_groups[0]["lr"]
    return LinearLR(optimizer, start_factor=start_lr / target, end_factor=1.0, total_iters=warmup_steps)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    sched = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    for epoch in range(epochs):
        for i, (x, y) in enumerate(loader):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            sched.step()
            if i % 100 == 0:
                print(f"epoch {epoch} batch {i}: loss {loss.item():.4f}, lr {lrs[-1]:.2e}")
    return lrs
