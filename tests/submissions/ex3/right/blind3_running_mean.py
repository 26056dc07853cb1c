"""Right: a running mean of gradients, one micro-batch read ahead."""
import torch
from torch import nn


class Accumulator:
    """Context manager: `with Accumulator(optimizer) as acc:` is one group, with one update at its end.

    The gradient in `.grad` is at each time the mean over the samples seen so far in the group.
    """

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.samples = 0

    def parameters(self):
        for group in self.optimizer.param_groups:
            yield from group["params"]

    def __enter__(self):
        self.optimizer.zero_grad()
        self.samples = 0
        return self

    def backward(self, loss, n):
        before, self.samples = self.samples, self.samples + n
        if before:
            # the old mean counts a bit less now
            with torch.no_grad():
                for p in self.parameters():
                    if p.grad is not None:
                        p.grad *= before / self.samples
        (loss * (n / self.samples)).backward()

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.optimizer.step()
        return False


class Epoch:
    def __init__(self, loader):
        self.iterator = iter(loader)
        self.next = next(self.iterator, None)

    def __bool__(self):
        return self.next is not None

    def pop(self):
        current, self.next = self.next, next(self.iterator, None)
        return current


def train_epoch_accumulated(model: nn.Module, loader, criterion, optimizer, accumulation_steps: int = 4) -> float:
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps < 1")
    epoch = Epoch(loader)
    losses, sizes = [], []
    while epoch:
        with Accumulator(optimizer) as acc:
            for _ in range(accumulation_steps):
                if not epoch:
                    break
                x, y = epoch.pop()
                loss = criterion(model(x), y)
                acc.backward(loss, len(x))
                losses.append(loss.detach())
                sizes.append(len(x))
    losses = torch.stack(losses).double()
    sizes = torch.tensor(sizes, device=losses.device, dtype=torch.float64)
    return ((losses * sizes).sum() / sizes.sum()).item()
