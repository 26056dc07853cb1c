"""Inside the box: what scenarios use to watch a training loop, whatever shape the loop has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


class Mark(torch.autograd.Function):
    """The identity; notes a "backward" when a gradient passes, for `backward()` and `autograd.grad` alike."""

    @staticmethod
    def forward(ctx: Any, value: torch.Tensor, events: list[str]) -> torch.Tensor:
        ctx.events = events
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        ctx.events.append("backward")
        return gradients[0], None


class Watched(nn.Module):
    """A model that notes its forward passes (with their samples), its backward passes and its updates.

    `events` lists "forward", "backward" and "step" in order; `sizes` the samples of each forward pass.
    """

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        super().__init__()
        self.inner = model
        self.events: list[str] = []
        self.sizes: list[int] = []
        optimizer.register_step_post_hook(lambda *_: self.events.append("step"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.events.append("forward")
        self.sizes.append(len(x))
        output: torch.Tensor = self.inner(x)
        return Mark.apply(output, self.events) if torch.is_grad_enabled() else output
