"""Right: exact arithmetic with Fraction, a subclass of LRScheduler, and gradients through torch.autograd.grad."""

from fractions import Fraction

import torch
from torch.optim.lr_scheduler import LRScheduler


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be 0 or more")
    a, b = Fraction(start_lr), Fraction(target_lr)
    if step >= warmup_steps:
        return float(b)
    return float(a + (b - a) * Fraction(step, warmup_steps))


class Warmup(LRScheduler):
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        super().__init__(optimizer)

    def get_lr(self):
        return [warmup_lr(self.last_epoch, self.warmup_steps, self.start_lr, base) for base in self.base_lrs]


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be 0 or more")
    return Warmup(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    weights = [p for group in optimizer.param_groups for p in group["params"] if p.requires_grad]
    out = []
    for _ in range(epochs):
        for x, y in loader:
            loss = criterion(model(x), y)
            grads = torch.autograd.grad(loss, weights, allow_unused=True)
            for p, g in zip(weights, grads):
                p.grad = g
            out.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            scheduler.step()
    return out
