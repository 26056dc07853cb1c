"""Right: torch's LinearLR, where every group starts at the same share of its own rate as the first one; zero updates go to ConstantLR."""
import torch
from torch.optim import lr_scheduler


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    if warmup_steps < 0:
        raise ValueError("warmup_steps < 0")
    done = 1.0 if warmup_steps == 0 else min(1.0, step / warmup_steps)
    return (1.0 - done) * start_lr + done * target_lr


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps < 0")
    if warmup_steps == 0:
        return lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=1)
    share = start_lr / optimizer.param_groups[0]["lr"]
    return lr_scheduler.LinearLR(optimizer, start_factor=share, end_factor=1.0, total_iters=warmup_steps)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    model.train()
    epoch = 0
    while epoch < epochs:
        for batch in loader:
            inputs = batch[0]
            targets = batch[1]
            for p in model.parameters():
                p.grad = None
            prediction = model(inputs)
            loss = criterion(prediction, targets)
            loss.backward()
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        epoch += 1
    return lrs
