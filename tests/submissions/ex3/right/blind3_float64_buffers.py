"""Right: buffers of one's own in float64, zeros for a parameter without a gradient."""
import torch
from torch import nn


class GradientBuffer:
    def __init__(self, params):
        self.params = [p for p in params if p.requires_grad]
        self.reset()

    def reset(self):
        self.sums = [torch.zeros_like(p, dtype=torch.float64) for p in self.params]
        self.samples = 0
        for p in self.params:
            p.grad = None  # the old mean must not be collected again

    def collect(self, n):
        """Move what backward() has left in .grad into the buffer, n times."""
        for s, p in zip(self.sums, self.params):
            if p.grad is not None:
                s.add_(p.grad.double(), alpha=n)
                p.grad = None
        self.samples += n

    def publish(self):
        """Put the mean into .grad."""
        assert self.samples > 0
        for s, p in zip(self.sums, self.params):
            p.grad = (s / self.samples).to(p.dtype)


def train_epoch_accumulated(
    model: nn.Module, loader, criterion, optimizer, accumulation_steps: int = 4
) -> float:
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be 1 or more")
    buffer = GradientBuffer(model.parameters())
    total = count = in_group = 0

    def update():
        buffer.publish()
        optimizer.step()
        buffer.reset()

    model.zero_grad()
    for x, y in loader:
        assert x.size(0) == y.size(0), "one row for each sample in both"
        loss = criterion(model(x), y)
        assert loss.ndim == 0, "the criterion has to return the mean"
        loss.backward()
        buffer.collect(x.size(0))
        total += loss.item() * x.size(0)
        count += x.size(0)
        in_group += 1
        if in_group == accumulation_steps:
            update()
            in_group = 0
    if in_group:
        update()
    model.zero_grad()
    return float(total / count)
