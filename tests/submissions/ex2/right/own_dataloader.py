"""Reads all batches into a dataset of its own and iterates that, in the same order."""
import torch
from torch.optim.lr_scheduler import LinearLR
from torch.utils.data import DataLoader, Dataset


class Batches(Dataset):
    def __init__(self, loader):
        self.batches = [(x, y) for x, y in loader]

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


class NoWarmup:
    def step(self):
        return None


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps")
    if warmup_steps == 0:
        return target_lr
    weights = torch.linspace(0, 1, warmup_steps + 1, dtype=torch.float64)
    weight = weights[min(step, warmup_steps)]
    return (start_lr + weight * (target_lr - start_lr)).item()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps")
    if not warmup_steps:
        return NoWarmup()
    first = optimizer.param_groups[0]
    return LinearLR(optimizer, start_lr / first["lr"], 1.0, warmup_steps)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    batches = DataLoader(Batches(loader), batch_size=None)
    lrs = []
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return lrs
