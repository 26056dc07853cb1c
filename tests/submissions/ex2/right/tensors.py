"""Rates as 0-d float32 tensors, a tensor returned."""
import torch


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("no negative warmup")
    if step >= warmup_steps:
        return torch.tensor(target_lr)
    return torch.lerp(torch.tensor(start_lr), torch.tensor(target_lr), step / warmup_steps)


class Scheduler:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.opt, self.n, self.low = optimizer, warmup_steps, start_lr
        self.high = [group["lr"] for group in optimizer.param_groups]
        self.t = -1
        self.step()

    def step(self):
        self.t += 1
        for group, high in zip(self.opt.param_groups, self.high):
            group.update(lr=warmup_lr(self.t, self.n, self.low, high).item())


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return Scheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            rates.append(torch.tensor(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            scheduler.step()
    return torch.stack(rates)
