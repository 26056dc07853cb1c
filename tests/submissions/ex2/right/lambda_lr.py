"""LambdaLR with one factor for all groups: each starts at the same share of its own rate."""
import torch
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("negative warmup")
    if warmup_steps == 0:
        return target_lr
    fraction = min(step / warmup_steps, 1.0)
    return (1 - fraction) * start_lr + fraction * target_lr


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    target = optimizer.param_groups[0]["lr"]

    def factor(epoch):
        return warmup_lr(epoch, warmup_steps, start_lr, target) / target

    return LambdaLR(optimizer, lr_lambda=factor)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    model.train()
    for epoch in range(epochs):
        running = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            out = model(x)
            loss = criterion(out, y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            lrs.append(scheduler.get_last_lr()[0])
            optimizer.step()
            scheduler.step()
            running += loss.item()
        print(f"Epoch {epoch}: {running / len(loader):.4f}")
    return lrs
