"""Right: MultiplicativeLR by ratios of rates, autograd.grad in place of backward."""
from functools import partial
from math import fsum

import torch
from torch.optim.lr_scheduler import MultiplicativeLR


def require(condition, message):
    if not condition:
        raise ValueError(message)


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    require(warmup_steps >= 0, "warmup_steps < 0")
    match step, warmup_steps:
        case _, 0:
            return target_lr
        case s, n if s >= n:
            return target_lr
        case s, n:
            t = s / n
            return fsum((start_lr, t * target_lr, -t * start_lr))


class _Chain:
    """One multiplicative factor a step: the rate of update k + 1 over the rate of update k."""

    def __init__(self, optimizer, ramps):
        self.optimizer = optimizer
        self.k = 0
        for group, ramp in zip(optimizer.param_groups, ramps):
            group["lr"] = ramp(0)
        self.inner = MultiplicativeLR(
            optimizer, [lambda k, ramp=ramp: ramp(k) / ramp(k - 1) for ramp in ramps]
        )

    def step(self):
        self.inner.step()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    require(warmup_steps >= 0, "warmup_steps < 0")
    ramps = [
        partial(warmup_lr, warmup_steps=warmup_steps, start_lr=start_lr, target_lr=g["lr"])
        for g in optimizer.param_groups
    ]
    return _Chain(optimizer, ramps)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    params = [p for g in optimizer.param_groups for p in g["params"]]

    def update(batch):
        x, y = batch
        loss = criterion(model(x), y)
        for p, g in zip(params, torch.autograd.grad(loss, params, allow_unused=True)):
            p.grad = g
        optimizer.step()
        return loss

    rates = []
    while epochs > 0:
        for batch in loader:
            rates += [optimizer.param_groups[0]["lr"]]
            update(batch)
            scheduler.step()
        epochs -= 1
    return rates
