"""torch's LambdaLR with one factor function for each group; the loop clips as the note's does."""

from functools import partial

import torch
from torch.optim.lr_scheduler import LambdaLR


def _check(warmup_steps):
    if warmup_steps < 0:
        raise ValueError(f"warmup_steps is {warmup_steps}, must be >= 0")


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    _check(warmup_steps)
    done = min(1.0, step / warmup_steps) if warmup_steps else 1.0
    return (1 - done) * start_lr + done * target_lr


def _factor(step, warmup_steps, share):
    return warmup_lr(step, warmup_steps, share, 1.0)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    _check(warmup_steps)
    return LambdaLR(
        optimizer,
        [partial(_factor, warmup_steps=warmup_steps, share=start_lr / g["lr"]) for g in optimizer.param_groups],
    )


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    history = []
    for _ in range(epochs):
        model.train()
        for x, y in loader:
            history.append(scheduler.get_last_lr()[0])
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            optimizer.step()
            scheduler.step()
    return history
