"""Inside the box: what scenarios use to watch a training loop, whatever shape the loop has."""

from __future__ import annotations

import torch
from torch import nn


class Watched(nn.Module):
    """A model that notes its forward passes (with their samples), its backward passes and its updates.

    `events` lists "forward", "look" (a forward pass without gradients), "backward" and "step" in order; `sizes`
    the samples of each forward pass and look. A backward pass is noted by a hook on the output, which serves
    `backward()`, `autograd.grad` and `torch.func` alike.
    """

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        super().__init__()
        self.inner = model
        self.events: list[str] = []
        self.sizes: list[int] = []
        optimizer.register_step_post_hook(lambda *_: self.events.append("step"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = self.inner(x)
        self.events.append("forward" if output.requires_grad else "look")
        self.sizes.append(len(x))
        if output.requires_grad:
            output.register_hook(lambda _: self.events.append("backward"))  # type: ignore[no-untyped-call]
        return output
