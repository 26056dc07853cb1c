"""Right: a subclass of LRScheduler, and one list of rates for each group."""
import torch
from torch.optim.lr_scheduler import LRScheduler


class LinearWarmupLR(LRScheduler):
    """A scheduler in the style of torch.optim.lr_scheduler (the closed form)."""

    def __init__(self, optimizer, warmup_steps, start_lr, last_epoch=-1):
        if warmup_steps < 0:
            raise ValueError(f"Invalid warmup_steps: {warmup_steps}")
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        return [ramp(self.last_epoch, self.warmup_steps, self.start_lr, base) for base in self.base_lrs]


def ramp(step, updates, start, target):
    if step >= updates:
        return target
    return start + step * ((target - start) / updates)


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    if warmup_steps < 0:
        raise ValueError(f"Invalid warmup_steps: {warmup_steps}")
    return ramp(step, warmup_steps, start_lr, target_lr)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return LinearWarmupLR(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    # "A list for each group is right as well"
    rates = [[] for _ in optimizer.param_groups]
    for _ in range(epochs):
        for x, y in loader:
            model.train()
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            for history, group in zip(rates, optimizer.param_groups):
                history.append(group["lr"])
            optimizer.step()
            scheduler.step()
    return rates[0] if len(rates) == 1 else rates
