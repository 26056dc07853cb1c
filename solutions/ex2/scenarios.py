"""Hidden scenarios of exercise 2: the scheduler alone, training with it, and the values that need care."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from grader.box.facts import Fact, error_name, plain
from grader.exercises.ex2.scenarios import START, TARGET, WARMUP, asked, batches, trained


def driven(
    module: ModuleType,
    updates: int,
    settings: tuple[float, ...] = (),
    targets: tuple[float, ...] = (TARGET,),
) -> dict[str, Any]:
    """The rate of each group at each of `updates` updates, the scheduler stepped after each one."""
    groups = [{"params": [nn.Parameter(torch.zeros(1))], "lr": target} for target in targets]
    optimizer = torch.optim.SGD(groups, lr=targets[0])
    scheduler = module.make_warmup_scheduler(optimizer, *settings)
    step = getattr(scheduler, "step", None)
    if not callable(step):
        return {"returned": str(plain(scheduler)), "rates": []}
    rates: list[list[Fact]] = [[] for _ in targets]
    for _ in range(updates):
        for seen, group in zip(rates, optimizer.param_groups, strict=True):
            seen.append(plain(group["lr"]))
        optimizer.step()
        step()
    return {"returned": True, "rates": rates}  # no text that a student's may have returned


def stepped(module: ModuleType) -> dict[str, Any]:
    """A short ramp, and the default one over 1,500 updates."""
    return {
        "small": driven(module, WARMUP + 4, (WARMUP, START)),
        "default": driven(module, 1500, targets=(1e-3,)),
    }


def two_groups(module: ModuleType) -> dict[str, Any]:
    """Training with a DataLoader and two groups of different rates."""
    x, y = (torch.cat(part) for part in zip(*batches(), strict=True))
    loader = DataLoader(TensorDataset(x, y), batch_size=4)
    return trained(module, (2, WARMUP, START), targets=(TARGET, 2 * TARGET), loader=loader)


def each_function(module: ModuleType, warmup_steps: int, updates: int) -> dict[str, Any]:
    """The rates that each of the three functions makes of this `warmup_steps`, or the error that it raises.

    The scheduler is made, and then drives so many updates: with 0 of them, an error is that of making it.
    """
    return {
        "warmup_lr": ended(lambda: asked(module, range(3), warmup_steps, START, TARGET)["rates"]),
        "make_warmup_scheduler": ended(lambda: joined(driven(module, updates, (warmup_steps, START))["rates"])),
        "train_with_warmup": ended(lambda: joined(trained(module, (1, warmup_steps, START))["used"])),
    }


def joined(groups: list[list[Fact]]) -> list[Fact]:
    """The rates of all groups in one list."""
    return [rate for rates in groups for rate in rates]


def ended(call: Callable[[], Fact]) -> Fact:
    """What a call gave, or the class of the error that ended it; any ValueError is one."""
    try:
        return call()
    except NotImplementedError:  # a part that is not written yet is told as such
        raise
    except ValueError:
        return "ValueError"
    except Exception as error:
        return error_name(error)


SCENARIOS = {
    "scheduler": stepped,
    "groups": partial(
        driven, updates=WARMUP + 4, settings=(WARMUP, START), targets=(TARGET, 5 * TARGET, TARGET / 5)
    ),
    "loop": partial(trained, settings=(3, WARMUP, START)),
    "two_groups": two_groups,
    "longer": trained,  # the default warmup has 1,000 updates, this training 5
    "zero": partial(each_function, warmup_steps=0, updates=3),
    "negative": partial(each_function, warmup_steps=-1, updates=0),
}
