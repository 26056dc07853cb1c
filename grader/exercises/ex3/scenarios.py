"""Inside the box: one epoch of accumulated training, watched from every side."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from grader.box.facts import plain
from grader.box.watch import Watched

FEATURES = 4


def network() -> nn.Module:
    """A small network with weights in closed form, the same on every machine."""
    model = nn.Sequential(nn.Linear(FEATURES, 3), nn.Tanh(), nn.Linear(3, 1))
    with torch.no_grad():
        for parameter in model.parameters():
            positions = torch.arange(parameter.numel(), dtype=torch.float32)
            parameter.copy_((torch.sin(1.7 * positions + parameter.dim()) / 3).view_as(parameter))
    return model


def micro_batches(sizes: list[int], seed: int = 3) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Micro-batches of regression data, float32: x (size, 4), y (size, 1)."""
    rng = np.random.default_rng(seed)
    return [
        (
            torch.tensor(rng.uniform(-1, 1, (size, FEATURES)), dtype=torch.float32),
            torch.tensor(rng.uniform(-0.2, 0.2, (size, 1)), dtype=torch.float32),
        )
        for size in sizes
    ]


def epoch(
    module: ModuleType,
    sizes: list[int],
    k: int = 4,
    optimizer: type[torch.optim.Optimizer] = torch.optim.SGD,
    lr: float = 0.05,
) -> dict[str, Any]:
    """Train one epoch with micro-batches of `sizes`; what came back, and what passed through the model."""
    inner = network()
    updates = optimizer(inner.parameters(), lr=lr)  # type: ignore[call-arg]
    model = Watched(inner, updates)
    loss = module.train_epoch_accumulated(model, micro_batches(sizes), nn.MSELoss(), updates, k)
    return {
        "loss": plain(loss),
        "weights": [plain(parameter) for parameter in inner.parameters()],
        "steps": model.events.count("step"),
        "forwards": model.sizes,
        "backwards": model.events.count("backward"),
    }


SCENARIOS = {
    "sgd": partial(epoch, sizes=[8] * 8),
    "adam": partial(epoch, sizes=[8] * 8, optimizer=torch.optim.Adam, lr=0.01),
}

