"""Inside the box: the rates that `warmup_lr` gives when asked one by one, and a short training run."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from grader.box.facts import Fact, plain

WARMUP, START, TARGET = 8, 0.012, 0.1  # a ramp so short that one update more or less is plain to see
# START is no product, quotient or difference of the other two: what is wrong must not look like the start rate.
FEATURES = 4

Batch = tuple[torch.Tensor, torch.Tensor]


def asked(module: ModuleType, steps: Iterable[int], *settings: float) -> dict[str, Any]:
    """The rates of updates number `steps`, and how each was asked for."""
    questions = [(step, *settings) for step in steps]
    return {
        "calls": [f"warmup_lr({', '.join(map(str, question))})" for question in questions],
        "rates": [plain(module.warmup_lr(*question)) for question in questions],
    }


def ends(module: ModuleType) -> dict[str, Any]:
    """The first rate and those from the end of the warmup on, for a short ramp and for the default one."""
    return {
        "small": asked(module, (0, WARMUP, WARMUP + 1, WARMUP + 12), WARMUP, START, TARGET),
        "default": asked(module, (0, 1000, 1001, 100_000)),
    }


def between(module: ModuleType) -> dict[str, Any]:
    """The rates of the updates between, for a short ramp and for the default one."""
    return {
        "small": asked(module, range(1, WARMUP), WARMUP, START, TARGET),
        "default": asked(module, (1, 2, 250, 500, 750, 998, 999)),
        "start": START,
        "target": TARGET,
    }


def network() -> nn.Module:
    """A small network with weights in closed form, the same on every machine."""
    model = nn.Sequential(nn.Linear(FEATURES, 3), nn.Tanh(), nn.Linear(3, 1))
    with torch.no_grad():
        for parameter in model.parameters():
            positions = torch.arange(parameter.numel(), dtype=torch.float32)
            parameter.copy_((torch.sin(1.7 * positions + parameter.dim()) / 16).view_as(parameter))
    return model


class Weighted(nn.Module):
    """A mean squared error in which high targets count more.

    A loop that takes a loss of its own in its place shows, and so does one that hands it the target first.
    """

    def forward(self, prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Predictions and targets of one shape, those from -0.04 to 0.04, to a scalar."""
        return ((prediction - target).square() * torch.exp(10 * target)).mean()


def batches(device: str = "cpu", count: int = 5, size: int = 4) -> list[Batch]:
    """Batches of regression data, float32: x (size, 4), y (size, 1); gradients on them are small."""
    rng = np.random.default_rng(2)
    return [
        (
            torch.tensor(rng.uniform(-0.5, 0.5, (size, FEATURES)), dtype=torch.float32, device=device),
            torch.tensor(rng.uniform(-0.04, 0.04, (size, 1)), dtype=torch.float32, device=device),
        )
        for _ in range(count)
    ]


class Noted(dict[str, Any]):
    """A parameter group that notes each learning rate it is given, however it is given."""

    def __init__(self, group: dict[str, Any]) -> None:
        super().__init__(group)
        self.rates: list[Fact] = []

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "lr":
            self.rates.append(plain(value))
        super().__setitem__(key, value)

    def update(self, *pairs: Any, **named: Any) -> None:
        for key, value in dict(*pairs, **named).items():
            self[key] = value


def trained(
    module: ModuleType,
    settings: tuple[float, ...] = (),
    targets: tuple[float, ...] = (TARGET,),
    loader: Iterable[Batch] | None = None,
    device: str = "cpu",
) -> dict[str, Any]:
    """Run `train_with_warmup` with a parameter group for each of `targets`.

    `used` are the rates at each update, one list a group; `before` those that the first group was given before
    its first update.
    """
    model = network().to(device)
    parameters = list(model.parameters())
    share = len(parameters) // len(targets)
    groups = [
        {"params": parameters[share * number : share * (number + 1)], "lr": target}
        for number, target in enumerate(targets)
    ]
    optimizer = torch.optim.SGD(groups, lr=targets[0], momentum=0.9)
    first = optimizer.param_groups[0] = Noted(optimizer.param_groups[0])
    used: list[list[Fact]] = [[] for _ in targets]
    before: list[Fact] = []

    def note(*_: Any) -> None:
        if not used[0]:
            before.extend(first.rates)
        for rates, group in zip(used, optimizer.param_groups, strict=True):
            rates.append(plain(group["lr"]))

    optimizer.register_step_post_hook(note)  # a hook of the submission's may set the rate before the step
    data = batches(device) if loader is None else loader
    returned = module.train_with_warmup(model, data, Weighted(), optimizer, *settings)
    return {
        "returned": plain(returned),
        "used": used,
        "before": before,
        "weights": [plain(parameter) for parameter in parameters],
    }


def on_device(module: ModuleType, device: str) -> dict[str, Any]:
    """The same training on the CPU and on `device`."""
    runs = {"cpu": "cpu", "device": device}
    return {name: trained(module, (2, WARMUP, START), device=place) for name, place in runs.items()}


SCENARIOS = {"ends": ends, "between": between, "gpu": partial(on_device, device="cuda")}
