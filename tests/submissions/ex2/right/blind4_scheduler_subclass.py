"""Warmup as a real scheduler class of PyTorch."""

import torch
from torch.optim.lr_scheduler import LRScheduler


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative, got %d" % warmup_steps)
    if step >= warmup_steps:
        return target_lr
    delta = (target_lr - start_lr) / warmup_steps
    return start_lr + step * delta


class WarmupScheduler(LRScheduler):
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        super().__init__(optimizer)     # does the first "step" itself -> start rate is set at once

    def get_lr(self):
        return [
            warmup_lr(self.last_epoch, self.warmup_steps, self.start_lr, target)
            for target in self.base_lrs
        ]


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative, got %d" % warmup_steps)
    return WarmupScheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    for epoch in range(epochs):
        for i, (x, y) in enumerate(loader):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            lrs.append(scheduler.get_last_lr()[0])
            optimizer.step()
            scheduler.step()
    return lrs
