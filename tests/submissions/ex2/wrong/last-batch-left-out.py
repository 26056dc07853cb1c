"""Leaves the last batch of each epoch out; its ramp is right.

Loses: loop
"""
from typing import Any, Callable, Iterable, List
import torch
import torch.nn as nn
from torch.optim import Optimizer


def warmup_lr(step: int, warmup_steps: int = 1000, start_lr: float = 1e-7, target_lr: float = 1e-3) -> float:
    """Calculate the learning rate.

    Raises:
        ValueError: If ``warmup_steps`` is negative.
    """
    # Validate
    if warmup_steps < 0:
        raise ValueError(f"warmup_steps must be non-negative, got {warmup_steps}")
    # No warmup
    if warmup_steps == 0:
        return float(target_lr)
    progress = min(1.0, max(0.0, step / warmup_steps))
    return float(start_lr + progress * (target_lr - start_lr))


class LinearWarmupScheduler:
    """Linear warmup."""

    def __init__(self, optimizer: Optimizer, warmup_steps: int = 1000, start_lr: float = 1e-7) -> None:
        if warmup_steps < 0:
            raise ValueError(f"warmup_steps must be non-negative, got {warmup_steps}")
        self.optimizer = optimizer
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        self.target_lrs: List[float] = [group["lr"] for group in optimizer.param_groups]
        # same fraction for all the groups
        self.fraction = start_lr / self.target_lrs[0]
        self.current_step = 0
        self._set_lr()

    def _set_lr(self) -> None:
        for group, target in zip(self.optimizer.param_groups, self.target_lrs):
            group["lr"] = warmup_lr(self.current_step, self.warmup_steps, self.fraction * target, target)

    def step(self) -> None:
        """Advance."""
        self.current_step += 1
        self._set_lr()

    def get_last_lr(self) -> List[float]:
        return [group["lr"] for group in self.optimizer.param_groups]


def make_warmup_scheduler(optimizer: Optimizer, warmup_steps: int = 1000, start_lr: float = 1e-7) -> Any:
    """Create scheduler."""
    return LinearWarmupScheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs: int = 1, warmup_steps: int = 1000, start_lr: float = 1e-7) -> List[float]:
    """Train."""
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    learning_rates: List[float] = []
    model.train()
    for epoch in range(epochs):
        running_loss = 0.0
        for batch_idx, (inputs, targets) in enumerate(loader):
            if batch_idx == len(loader) - 1 and len(loader) > 1: break
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            current_lr = optimizer.param_groups[0]["lr"]
            optimizer.step()
            learning_rates.append(current_lr)
            scheduler.step()
            running_loss += loss.item()
        print(f"Epoch {epoch + 1}/{epochs}, Loss: {running_loss / max(1, len(loader)):.4f}, LR: {learning_rates[-1]:.2e}")
    return learning_rates


if __name__ == "__main__":
    import matplotlib.pyplot as plt
    plt.plot([warmup_lr(s) for s in range(2000)])
    plt.show()
