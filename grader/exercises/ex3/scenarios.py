"""Inside the box: one epoch of accumulated training, watched from every side.

In most scenarios the weights after the epoch tell how much each micro-batch counted: micro-batch j has samples
that only weight j looks at, all weights start at zero, and gradient and rate are such that weight j ends as the
share that micro-batch j had in its update.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from grader.box.facts import plain
from grader.box.watch import Watched

Batch = tuple[torch.Tensor, torch.Tensor]
Loader = Iterable[Batch]
Criterion = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

GRADIENT = -0.05  # of each micro-batch: an update's norm stays far below 1, unscaled sums included
RATE = -1 / GRADIENT


class Halved(nn.Module):
    """Its input in training mode, half of it in evaluation mode: what dropout does, without its chance."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return x if self.training else x / 2


def network() -> nn.Module:
    """A small network with weights in closed form, the same on every machine: (batch, 4) to (batch, 1)."""
    model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), Halved(), nn.Linear(3, 1))
    with torch.no_grad():
        for parameter in model.parameters():
            positions = torch.arange(parameter.numel(), dtype=torch.float32)
            parameter.copy_((torch.sin(1.7 * positions + parameter.dim()) / 2).view_as(parameter))
    return model


def unlearned(features: int) -> nn.Linear:
    """A linear model whose weights are all zero: (batch, features) to (batch, 1)."""
    model = nn.Linear(features, 1, bias=False)
    nn.init.zeros_(model.weight)
    return model


def separate(features: int, samples: int, size: int) -> Loader:
    """Micro-batches of `size`, the last one maybe smaller, each of which only a feature of its own looks at."""
    x = torch.eye(features).repeat_interleave(size, dim=0)[:samples]
    y = -GRADIENT / 2 + 0.005 * (-1.0) ** torch.arange(samples).unsqueeze(1)
    return DataLoader(TensorDataset(x, y), batch_size=size)


def regression(samples: int, seed: int, off: float = 0.05) -> TensorDataset:
    """Samples not more than `off` above what `network` predicts: x (samples, 4) and y (samples, 1), float32."""
    rng = np.random.default_rng(seed)
    x = torch.tensor(rng.uniform(0.2, 1, (samples, 4)), dtype=torch.float32)
    above = torch.tensor(rng.uniform(off / 5, off, (samples, 1)), dtype=torch.float32)
    with torch.no_grad():
        return TensorDataset(x, network()(x) + above)


def epoch(
    module: ModuleType,
    inner: nn.Module,
    loader: Loader,
    *steps: int,
    criterion: Criterion | None = None,
    optimizer: type[torch.optim.Optimizer] = torch.optim.SGD,
    lr: float = RATE,
) -> dict[str, Any]:
    """Train for one epoch: what came back, what became of the weights, what passed through the model."""
    weights = list(inner.parameters())
    count = sum(weight.numel() for weight in weights)
    updates = optimizer(weights, lr=lr)  # type: ignore[call-arg]
    model = Watched(inner, updates)
    events, sizes = model.events, model.sizes
    loss = module.train_epoch_accumulated(model, loader, criterion or nn.MSELoss(), updates, *steps)
    became = torch.cat([weight.detach().cpu().flatten() for weight in weights])
    return {"loss": plain(loss), "weights": became.reshape(count).tolist()} | passes(events, sizes)


def passes(events: list[str], sizes: list[int]) -> dict[str, Any]:
    """What passed through the model: the passes in order, the samples of each, and when the updates came.

    An update is the share of the training samples that came before it. Looks before and after the training
    (forward passes without gradients) are no part of it, whatever they are for.
    """
    order: list[str] = []
    trained: list[int] = []
    before: list[int] = []
    largest, samples = 0, iter(sizes)
    for event in events:
        if event == "step":
            before.append(sum(trained))
            continue
        order.append(str(event))
        if event != "backward":
            size = int(next(samples))
            largest = max(largest, size)
            trained += [size] if event == "forward" else []
    while order and order[-1] == "look":
        order.pop()
    while order and order[0] == "look":
        order.pop(0)
    updates = [count / max(sum(trained), 1) for count in before]
    return {"passes": order, "sizes": trained, "largest": largest, "updates": updates}


def shares(
    module: ModuleType, count: int, *steps: int, size: int = 2, samples: int | None = None
) -> dict[str, Any]:
    """How much each of `count` micro-batches counted in its update."""
    return epoch(module, unlearned(count), separate(count, samples or count * size, size), *steps)


def even(module: ModuleType) -> dict[str, Any]:
    """Two groups of four equal micro-batches."""
    return shares(module, 8, 4)


def default(module: ModuleType) -> dict[str, Any]:
    """Two groups of the size that a call without `accumulation_steps` asks for."""
    return shares(module, 8)


def dense(module: ModuleType, device: str = "cpu") -> dict[str, Any]:
    """A network trained by SGD: what the first update changes, the next ones feel. Groups of two."""
    data = TensorDataset(*(tensor.to(device) for tensor in regression(16, seed=3).tensors))
    return epoch(module, network().to(device), DataLoader(data, batch_size=2), 2, lr=0.2)


def distance(prediction: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """A criterion that is a plain function, not the same with its arguments exchanged; small, so that its gradient
    is."""
    return ((1 + y.abs()) * (prediction - y).abs()).mean() / 40


def adam(module: ModuleType) -> dict[str, Any]:
    """A network trained by Adam, which sees a rate that was changed in place of a gradient. Groups of three."""
    loader = DataLoader(regression(12, seed=5, off=1.0), batch_size=2)
    return epoch(module, network(), loader, 3, criterion=distance, optimizer=torch.optim.Adam, lr=0.02)


def cancelling(module: ModuleType) -> dict[str, Any]:
    """Micro-batches whose gradients are large and nearly cancel: clipping each of them, or their sum before it is
    divided, changes the update. The sum has the norm 1.25, the update 0.16."""
    y = torch.tensor([8.0, -8, 8, -8, 8, -8, 8, -7.375]).repeat_interleave(2).unsqueeze(1)
    return epoch(module, unlearned(1), DataLoader(TensorDataset(torch.ones(16, 1), y), batch_size=2), 8)


def two_devices(module: ModuleType, device: str) -> dict[str, Any]:
    """The same epoch on the CPU and on a device: weights and loss of both."""
    both = {"cpu": dense(module), "device": dense(module, device)}
    return {name: [*facts["weights"], facts["loss"]] for name, facts in both.items()}


SCENARIOS = {
    "even": even,
    "default": default,
    "sgd": dense,
    "adam": adam,
    "cancel": cancelling,
    "gpu": partial(two_devices, device="cuda"),
}
