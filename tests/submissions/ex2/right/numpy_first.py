"""NumPy first: np.interp, np.float64 rates, an array returned."""
import numpy as np
import torch


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if warmup_steps == 0:
        return np.float64(target_lr)
    return np.interp(step, [0, warmup_steps], [start_lr, target_lr])


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    goals = np.array([group["lr"] for group in optimizer.param_groups])
    functions = [
        (lambda step, goal=goal: float(warmup_lr(step, warmup_steps, start_lr, goal) / goal)) for goal in goals
    ]
    return torch.optim.lr_scheduler.LambdaLR(optimizer, functions)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    n = epochs * len(loader)
    rates = np.zeros(n)
    i = 0
    for _ in range(epochs):
        for x, y in loader:
            rates[i] = optimizer.param_groups[0]["lr"]
            i += 1
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
            scheduler.step()
    return rates
