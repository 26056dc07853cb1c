"""Functional style: an iterator of updates, a closure in a SimpleNamespace as scheduler, itertools for the epochs."""

from itertools import chain, count, repeat
from types import SimpleNamespace


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError(warmup_steps)
    return target_lr if step >= warmup_steps else start_lr + (target_lr - start_lr) * (step / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    targets = [g["lr"] for g in optimizer.param_groups]
    updates = count()

    def step():
        n = next(updates)
        for group, target in zip(optimizer.param_groups, targets):
            # the same share of its own rate for each group
            group["lr"] = target * warmup_lr(n, warmup_steps, start_lr / targets[0], 1.0)

    step()
    return SimpleNamespace(step=step)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)

    def update(batch):
        x, y = batch
        rate = optimizer.param_groups[0]["lr"]
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()
        scheduler.step()
        return rate

    return list(map(update, chain.from_iterable(repeat(loader, epochs))))
