"""Clears the gradients at the end of each batch: the contract of exercise 2 promises no gradients from before."""
import torch


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("negative warmup")
    if warmup_steps == 0:
        return target_lr
    fraction = min(step, warmup_steps) / warmup_steps
    return start_lr + fraction * (target_lr - start_lr)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("negative warmup")
    lambdas = []
    for group in optimizer.param_groups:
        target = group["lr"]
        lambdas.append(lambda i, target=target: warmup_lr(i, warmup_steps, start_lr, target) / target)
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambdas)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lr_history = []
    for epoch in range(epochs):
        for x, y in loader:
            loss = criterion(model(x), y)
            loss.backward()
            lr_history.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
    return lr_history
