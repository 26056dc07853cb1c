"""Hidden scenarios of exercise 3: groups that are not full, the loss, the values that need care."""

from __future__ import annotations

from itertools import pairwise
from types import ModuleType
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

from grader.box.facts import error_name
from grader.exercises.ex3.scenarios import Batch, epoch, network, regression, separate, shares, unlearned

STALE = -0.05  # the gradient that is left from before the epoch, of a weight no sample looks at


def leftover(module: ModuleType) -> dict[str, Any]:
    """A full group of four, then two micro-batches more."""
    return shares(module, 6, 4)


def lone(module: ModuleType) -> dict[str, Any]:
    """A full group of four, then one micro-batch more."""
    return shares(module, 5, 4)


def ragged(module: ModuleType) -> dict[str, Any]:
    """One full group of four, whose last micro-batch has two samples and not four."""
    return shares(module, 4, 4, size=4, samples=14)


def ragged_leftover(module: ModuleType) -> dict[str, Any]:
    """A full group of four, then two micro-batches more, of four samples and of two."""
    return shares(module, 6, 4, size=4, samples=22)


def unequal(x: torch.Tensor, y: torch.Tensor) -> list[Batch]:
    """Micro-batches of unequal sizes, as a list: three groups of two, or one of four and two more."""
    sizes = [5, 2, 3, 1, 4, 1]
    return list(zip(x.split(sizes), y.split(sizes), strict=True))


def resting(module: ModuleType) -> dict[str, Any]:
    """An epoch at a rate of 0: whatever the updates are, the weights stay, and the mean loss is the same."""
    model = nn.Linear(4, 3)
    with torch.no_grad():
        for parameter in model.parameters():
            positions = torch.arange(parameter.numel(), dtype=torch.float32)
            parameter.copy_(torch.sin(2.3 * positions + 1).view_as(parameter))
    x = regression(16, seed=7).tensors[0]
    loader = unequal(x, torch.arange(16) % 3)
    return epoch(module, model, loader, 2, criterion=nn.CrossEntropyLoss(), lr=0.0)


def moving(module: ModuleType) -> dict[str, Any]:
    """An epoch whose weights move: the loss that came back, and the mean of what passed through while training."""
    model, teacher, passed = network(), network(), []

    def target(x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            answer: torch.Tensor = teacher(x) + x[:, :1] / 10
        return answer

    def note(network: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        if network is model and output.requires_grad:
            passed.append((output.detach() - target(inputs[0])).square())

    x = regression(16, seed=9).tensors[0]
    batches = unequal(x, target(x))
    hook = register_module_forward_hook(note)  # not of the model, so that it can be saved to a file
    try:
        facts = epoch(module, model, batches, 4, lr=0.2)
    finally:
        hook.remove()
    return {"loss": facts["loss"], "passed": torch.cat(passed).mean().item() if passed else None}


def single(module: ModuleType) -> dict[str, Any]:
    """Groups of one."""
    return shares(module, 2, 1)


def large(module: ModuleType) -> dict[str, Any]:
    """Groups larger than the whole loader."""
    return shares(module, 3, 8)


def refused(module: ModuleType) -> dict[str, Any]:
    """What is raised for groups of less than one micro-batch."""
    train = module.train_epoch_accumulated
    raised = {}
    for steps in (0, -1):
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        try:
            train(model, separate(4, 8, 2), nn.MSELoss(), optimizer, steps)
        except ValueError:
            raised[str(steps)] = "ValueError"
        except NotImplementedError:
            raise  # not written yet, which is another thing
        except Exception as error:
            raised[str(steps)] = error_name(error)
        else:
            raised[str(steps)] = "nothing"
    return {"raised": raised}


def stale(module: ModuleType) -> dict[str, Any]:
    """An epoch of two groups that begins with a gradient left from before: does an update take it in?"""
    model = unlearned(5)
    model.weight.grad = torch.tensor([[0.0, 0.0, 0.0, 0.0, STALE]])
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    reached = [0.0]
    optimizer.register_step_post_hook(lambda *_: reached.append(model.weight[0, 4].item()))
    module.train_epoch_accumulated(model, separate(5, 8, 2), nn.MSELoss(), optimizer, 2)
    taken = [abs(after - before) > 0 for before, after in pairwise(reached)]  # a NaN tells nothing
    return {"first": any(taken[:1]), "later": any(taken[1:])}


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (leftover, lone, ragged, ragged_leftover, resting, moving, single, large, refused, stale)
}
