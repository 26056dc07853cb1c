"""Inside the box: every forward pass of a model over known proteins, and what became of it.

Whole forward passes are watched, whoever wrote the model and the loop. What a pass is for, its proteins and its
consequences tell: a gradient came back through it and an optimizer stepped, or not.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial, wraps
from math import nan
from types import TracebackType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.optim.optimizer import Optimizer, register_optimizer_step_post_hook

from grader.box.facts import plain

Weights = dict[str, Tensor]
Fingerprint = tuple[float, ...]
Proteins = Sequence[Mapping[str, Tensor]]  # each with its "sequence" of codes and its "label"


@dataclass(frozen=True, eq=False)
class Step:
    """One step of an optimizer, which acted on one pass or on the parts of a batch."""

    optimizer: Optimizer | None = None  # None where none is known: a pass that could have trained
    rate: float | None = None
    piled: bool = False  # onto the gradient of the step before
    after: Fingerprint = ()  # of the weights


@dataclass
class Pass:
    """One forward pass of a model over proteins that we know."""

    model: nn.Module
    arguments: Any  # (args, kwargs), as the model was called
    codes: Tensor
    proteins: list[tuple[str, int]]  # ("train", position in the dataset) for each row
    training: bool
    tracked: bool
    loss: float  # the sum over the proteins
    weights: Weights = field(default_factory=dict)  # that made the logits, as they are later; a tracked pass only
    before: Fingerprint = ()  # of the weights; a tracked pass only
    learned: bool = False  # a gradient came back
    step: Step | None = None  # that then acted on it

    def covers(self, part: str) -> bool:
        """Whether a protein of this part is among the rows."""
        return any(name == part for name, _ in self.proteins)

    def has(self, own: Set[int]) -> bool:
        """Whether some weights, by their identity, are among those that made the logits."""
        return not own.isdisjoint(map(id, self.weights.values()))


class Here(threading.local):
    """What is under way in a thread: three runs may train side by side."""

    def __init__(self) -> None:
        self.passes = 0  # that were made
        self.entered: list[int] = []  # for each module that was called and has not returned: the passes before it
        self.pending: list[Pass] = []  # since the last step of an optimizer


class Gradients:
    """The gradients that optimizers step by, beside what the backward passes before each step brought."""

    FIRST = 4  # steps of each optimizer that are looked at: it takes its time, and who forgets does so at once

    def __init__(self) -> None:
        self.steps: Counter[Optimizer] = Counter()
        self.used: dict[Tensor, Tensor] = {}  # by weight: its gradient in the last step
        self.brought: dict[Tensor, Tensor] = {}  # by weight: the sum over the backward passes since then
        self.hooks: dict[Tensor, Any] = {}  # by weight

    def piled(self, optimizer: Optimizer) -> bool:
        """Whether the step that an optimizer just made added its gradient to that of the step before.

        Only the direction counts, for clipping and a gradient scaler change the length.
        """
        self.steps[optimizer] += 1
        weights = [weight for group in optimizer.param_groups for weight in group["params"]]
        if self.steps[optimizer] > self.FIRST:
            self.leave(weights)
            return False
        now = {w: w.grad.detach().clone() for w in weights if w.requires_grad and w.grad is not None}
        known = [weight for weight in now if weight in self.used and weight in self.brought]
        fresh, onto, used = (flat(by[weight] for weight in known) for by in (self.brought, self.used, now))
        for weight in now:
            if weight not in self.hooks:
                self.hooks[weight] = weight.register_hook(partial(self.bring, weight))
            self.brought.pop(weight, None)
        self.used |= now
        return alike(used, fresh + onto) and not alike(used, fresh)

    def bring(self, weight: Tensor, gradient: Tensor) -> None:
        """A backward pass brought a gradient."""
        self.brought[weight] = self.brought.get(weight, 0) + gradient.detach()

    def leave(self, weights: Iterable[Tensor]) -> None:
        """Look at no further backward pass that brings gradients of some weights."""
        for weight in [weight for weight in weights if weight in self.hooks]:
            self.hooks.pop(weight).remove()
            del self.used[weight]
            self.brought.pop(weight, None)


def flat(gradients: Iterable[Tensor]) -> Tensor:
    """All numbers of some gradients in a row."""
    return torch.cat([torch.zeros(0), *(gradient.flatten() for gradient in gradients)])


def alike(one: Tensor, other: Tensor) -> bool:
    """Whether two gradients have the same direction."""
    return float(cosine_similarity(one, other, dim=0)) > 0.9999


class Watch:
    """Notes every forward pass of a model over known proteins, and what became of it; use in a `with` block."""

    def __init__(self, **parts: Proteins) -> None:
        self.rows = {
            tuple(data[position]["sequence"].tolist()): (part, position, int(data[position]["label"]))
            for part, data in parts.items()
            for position in range(len(data))
        }
        self.passes: list[Pass] = []
        self.first: dict[int, Weights] = {}  # by model: the weights of its first tracked pass
        self.last: dict[tuple[int, int], Weights] = {}  # by model and optimizer: after the last step
        self.after: set[Fingerprint] = set()  # of the weights after each step
        self._forwards: list[tuple[type[nn.Module], Any]] = []
        self._here = Here()
        self._gradients = Gradients()

    def __enter__(self) -> Watch:
        self._hooks = [
            register_module_forward_pre_hook(self.enter),
            register_module_forward_hook(self.leave, with_kwargs=True, always_call=True),
            register_optimizer_step_post_hook(self.stepped),
        ]
        for kind in own_classes(nn.Module):
            self.wrap(kind)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hook in self._hooks:
            hook.remove()
        self._gradients.leave(list(self._gradients.hooks))
        for owner, forward in self._forwards:
            owner.forward = forward

    def wrap(self, kind: type[nn.Module]) -> None:
        """Watch a class's `forward` as well: `model.forward(x)` runs no hooks."""
        forward = kind.forward

        @wraps(forward)
        def watched(model: nn.Module, *args: Any, **kwargs: Any) -> Any:
            output = None
            self.enter()
            try:
                output = forward(model, *args, **kwargs)
            finally:
                self.leave(model, args, kwargs, output)
            return output

        self._forwards.append((kind, forward))
        kind.forward = watched

    def enter(self, *_: Any) -> None:
        """A module is called."""
        self._here.entered.append(self._here.passes)

    def leave(self, model: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
        """A module returns; the innermost one that makes logits of proteins is the model."""
        if self._here.passes > self._here.entered.pop():
            return
        logits = next(tensors(output), None)
        if logits is None or logits.dim() != 2:
            return
        codes = next((tensor for tensor in tensors((args, kwargs)) if self.known(tensor)), None)
        if codes is None or len(logits) != len(codes):
            return
        rows = [self.rows[key] for key in keys(codes)]
        one = Pass(
            model=model,
            arguments=(args, kwargs),
            codes=codes,
            proteins=[(part, position) for part, position, _ in rows],
            training=model.training,
            tracked=logits.requires_grad,
            loss=total_loss(logits, torch.tensor([label for _, _, label in rows])),
        )
        self.passes.append(one)
        self._here.passes += 1
        self._here.pending.append(one)
        if one.tracked:
            self.follow(one, logits)

    def known(self, tensor: Tensor) -> bool:
        """Whether a tensor is a batch of our proteins' codes; one inside of `torch.vmap` has no numbers."""
        if tensor.dim() != 2 or tensor.dtype not in CODES:
            return False
        with suppress(RuntimeError):
            return all(key in self.rows for key in keys(tensor))
        return False

    def follow(self, one: Pass, logits: Tensor) -> None:
        """Note the weights that made the logits, and whether a gradient comes back."""
        one.weights = dict(one.model.named_parameters())
        one.before = fingerprint(one.weights)
        if id(one.model) not in self.first:
            self.first[id(one.model)] = copied(one.weights)

        def learned(_: Tensor) -> None:
            self.forget_cleared(one.model)
            one.learned = True

        logits.register_hook(learned)  # type: ignore[no-untyped-call]

    def forget_cleared(self, model: nn.Module) -> None:
        """What earlier passes of a model sent back is gone where its gradients are cleared by now: a trial."""
        earlier = [one for one in self._here.pending if one.learned and one.model is model]
        if earlier and not any(weight.grad is not None and weight.grad.any() for weight in model.parameters()):
            for one in earlier:
                one.learned = False

    def stepped(self, optimizer: Optimizer, *_: Any) -> None:
        """An optimizer stepped: it acted on the passes, since its last step, that sent a gradient back to its
        weights; others wait for their own. Where its weights are no model's, say copies, on all that sent one."""
        own = {id(weight) for group in optimizer.param_groups for weight in group["params"]}
        learned = [one for one in self._here.pending if one.learned]
        acted = [one for one in learned if one.has(own)]
        self._here.pending = [one for one in self._here.pending if acted and one.tracked and not one.has(own)]
        acted = acted or learned
        piled = self._gradients.piled(optimizer)
        if not acted:
            return
        step = Step(optimizer, float(optimizer.param_groups[0]["lr"]), piled, fingerprint(acted[-1].weights))
        for one in acted:
            one.step = step
        self.after.add(step.after)
        self.last[id(acted[-1].model), id(optimizer)] = copied(acted[-1].weights)


def own_classes(kind: type[nn.Module]) -> Iterator[type[nn.Module]]:
    """The classes below this one that write a `forward` of their own and are not PyTorch's."""
    for below in kind.__subclasses__():
        if "forward" in vars(below) and not below.__module__.startswith("torch."):
            yield below
        yield from own_classes(below)


CODES = (torch.int64, torch.int32, torch.int16, torch.uint8, torch.int8)


def tensors(value: Any) -> Iterator[Tensor]:
    """Every tensor in nested lists, tuples and dicts."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors(item)


def keys(codes: Tensor) -> list[tuple[int, ...]]:
    """The codes of each row without padding."""
    return [tuple(code for code in row if code) for row in codes.tolist()]


def total_loss(logits: Tensor, labels: Tensor) -> float:
    """The cross-entropy of logits, summed over proteins; NaN where there are not two classes.

    Their numbers are taken first: a tensor of a class of the student's own could give a loss of its own.
    """
    numbers = torch.from_numpy(np.asarray(plain(logits), dtype=float))
    if numbers.shape != (len(labels), 2):
        return nan
    return float(cross_entropy(numbers, labels, reduction="sum"))


def fingerprint(weights: Weights) -> Fingerprint:
    """Numbers that are the same for the same weights."""
    sums = torch.stack([weight.detach().sum() for weight in weights.values()])
    return tuple(float(f"{value:.6g}") for value in sums.tolist())


def copied(weights: Weights) -> Weights:
    """Weights that no later update changes."""
    return {name: weight.detach().clone() for name, weight in weights.items()}
