"""Hidden scenarios of exercise 4: a comparison watched from every side.

Whole forward passes are watched, whoever wrote the model and the loop. What a pass is for, its proteins and its
consequences tell: a gradient came back through it and an optimizer stepped, or not.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial, wraps
from itertools import count, groupby
from math import isclose, nan
from types import ModuleType, TracebackType
from typing import Any

import matplotlib.pyplot  # noqa: F401 - here, so that the warm process imports it once for a whole class
import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cosine_similarity, cross_entropy, pad
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.optim.optimizer import register_optimizer_step_post_hook

from grader.box.facts import plain
from grader.box.signatures import signature
from grader.exercises.ex4.scenarios import NAMES, asked_with, class_name, compare, proteins
from lecture import ProteinDataset, collate_proteins

EPOCHS = 3
SHEET = {"epochs": 10, "batch_size": 32, "seed": 42}
Weights = dict[str, Tensor]
Fingerprint = tuple[float, ...]


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
    optimizer: str = ""  # the class of the optimizer that then stepped
    after: Fingerprint = ()  # of the weights; where an optimizer stepped
    step: int = 0  # which one; a batch may go through in parts
    piled: bool = False  # onto the gradient of the step before
    rate: float | None = None

    def covers(self, part: str) -> bool:
        """Whether a protein of this part is among the rows."""
        return any(name == part for name, _ in self.proteins)


@dataclass
class Run:
    """One model under one optimizer: its updates in order, and the passes that look on between them."""

    model: nn.Module
    updates: list[Pass] = field(default_factory=list)
    looks: dict[int, list[Pass]] = field(default_factory=dict)  # by the number of updates before

    def take(self, one: Pass) -> None:
        """Take in the next pass."""
        if one.optimizer and one.covers("train"):
            self.updates.append(one)
        else:
            self.looks.setdefault(len(self.updates), []).append(one)

    def epochs(self) -> Iterator[tuple[list[Pass], list[Pass]]]:
        """For each epoch: its updates, and the looks between its last update and the next."""
        ends = [len(self.updates) * (epoch + 1) // EPOCHS for epoch in range(EPOCHS)]
        for start, end in zip([0, *ends], ends, strict=False):
            yield self.updates[start:end], self.looks.get(end, [])

    def starts(self) -> int:
        """How often a step moves the weights that the run began with: once, unless they are put back."""
        first = self.updates[0].before
        steps = [step for step, _ in groupby((one.before, one.after) for one in self.updates)]
        return sum(before == first != after for before, after in steps)

    def batches(self) -> Counter[int]:
        """How many proteins there were for each step."""
        return Counter(one.step for one in self.updates for _ in one.proteins)

    def uses(self) -> Counter[tuple[str, int]]:
        """How often the updates used each training protein."""
        return Counter(protein for one in self.updates for protein in one.proteins if protein[0] == "train")

    def evenly(self, number: int) -> bool:
        """Whether the updates used each of so many training proteins, and all of them equally often."""
        uses = self.uses()
        return len(uses) == number and len(set(uses.values())) == 1

    def looks_at_validation(self) -> list[Pass]:
        """The passes over validation proteins, whenever there were any."""
        return [one for looks in self.looks.values() for one in looks if one.covers("val")]

    def validations(self) -> list[set[int]]:
        """The validation proteins that were seen at the end of epochs, or else between two updates.

        In the midst of an epoch, too, a program may look at some of them.
        """
        at_ends = [proteins_of("val", looks) for _, looks in self.epochs()]
        anywhere = [proteins_of("val", looks) for looks in self.looks.values()]
        return [seen for seen in at_ends if seen] or [seen for seen in anywhere if seen]


def proteins_of(part: str, passes: list[Pass]) -> set[int]:
    """The positions of the proteins of a part that some passes saw."""
    return {position for one in passes for name, position in one.proteins if name == part}


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
        self.steps: Counter[torch.optim.Optimizer] = Counter()
        self.used: dict[Tensor, Tensor] = {}  # by weight: its gradient in the last step
        self.brought: dict[Tensor, Tensor] = {}  # by weight: the sum over the backward passes since then
        self.hooks: dict[Tensor, Any] = {}  # by weight

    def piled(self, optimizer: torch.optim.Optimizer) -> bool:
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

    def __init__(self, **parts: ProteinDataset) -> None:
        self.rows = {
            tuple(data[position]["sequence"].tolist()): (part, position, int(data[position]["label"]))
            for part, data in parts.items()
            for position in range(len(data))
        }
        self.passes: list[Pass] = []
        self.first: dict[int, Weights] = {}  # by model: the weights of its first tracked pass
        self.last: dict[tuple[int, str], Weights] = {}  # by model and optimizer: after the last update
        self.after: set[Fingerprint] = set()  # of the weights after each update
        self._forwards: list[tuple[type[nn.Module], Any]] = []
        self._here = Here()
        self._gradients = Gradients()
        self._steps = count(1)

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

        logits.register_hook(learned)

    def forget_cleared(self, model: nn.Module) -> None:
        """What earlier passes of a model sent back is gone where its gradients are cleared by now: a trial."""
        earlier = [one for one in self._here.pending if one.learned and one.model is model]
        if earlier and not any(weight.grad is not None and weight.grad.any() for weight in model.parameters()):
            for one in earlier:
                one.learned = False

    def stepped(self, optimizer: torch.optim.Optimizer, *_: Any) -> None:
        """An optimizer stepped: it acted on the passes, since its last step, that sent a gradient back."""
        acted = [one for one in self._here.pending if one.learned]
        self._here.pending = []
        piled = self._gradients.piled(optimizer)
        if not acted:
            return
        after, step = fingerprint(acted[-1].weights), next(self._steps)
        for one in acted:
            one.optimizer = class_name(optimizer)
            one.rate = float(optimizer.param_groups[0]["lr"])
            one.after, one.piled, one.step = after, piled, step
        self.after.add(after)
        self.last[id(acted[-1].model), acted[-1].optimizer] = copied(acted[-1].weights)

    def runs(self) -> list[Run]:
        """The passes by run, in the order of each run's first update.

        A pass without an update belongs to the run that its model is in. A model that no optimizer ever changes
        is a copy, and its passes belong to the latest run.
        """
        if not any(one.optimizer for one in self.passes):
            self.assume_updates()
        runs: dict[tuple[int, str], Run] = {}
        current: dict[int, Run | None] = {id(one.model): None for one in self.passes if one.optimizer}
        latest: Run | None = None
        for one in self.passes:
            if one.optimizer and one.covers("train"):
                latest = runs.setdefault((id(one.model), one.optimizer), Run(one.model))
                current[id(one.model)] = latest
            run = current.get(id(one.model), latest)
            if run:
                run.take(one)
        return list(runs.values())

    def assume_updates(self) -> None:
        """Where no optimizer ever acted, the passes that could have trained are taken for updates."""
        for one in self.passes:
            if one.tracked and one.covers("train"):
                one.optimizer, one.step = "none", next(self._steps)


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


def mask_of(one: Pass) -> str:
    """Whether the mask that a model was given is right; a model may also find out by itself what is real."""
    real = one.codes != 0
    given = [t for t in tensors(one.arguments) if t is not one.codes and t.shape == real.shape]
    if given:
        return "right" if all(torch.equal(mask != 0, real) for mask in given) else "wrong"
    padded = logits_of(one, pad(one.codes, (0, 9)))
    return "right" if torch.allclose(logits_of(one, one.codes), padded, atol=1e-4) else "missing"


def logits_of(one: Pass, codes: Tensor, weights: Weights | None = None) -> Tensor:
    """The logits of other proteins from the model of a pass, called as it was, dropout off."""
    mask = (codes != 0).float()

    def replaced(value: Any) -> Any:
        if isinstance(value, Tensor) and value.shape == one.codes.shape:
            return codes if value is one.codes else mask.to(value.dtype)
        if isinstance(value, dict):
            return {key: replaced(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(replaced(item) for item in value)
        return value

    args, kwargs = replaced(one.arguments)
    one.model.eval()
    with torch.no_grad():
        if isinstance(one.model, torch.jit.ScriptModule):  # it takes no weights for one call
            one.model.load_state_dict(weights or {}, strict=False)
            output = one.model(*args, **kwargs)
        else:
            output = functional_call(one.model, weights or {}, args, kwargs)
    return next(tensors(output))


def training(module: ModuleType) -> dict[str, Any]:
    """One comparison, and what each of its runs did."""
    train, val = proteins(24, seed=1), proteins(10, seed=2)
    with Watch(train=train, val=val) as watch:
        histories = plain(compare(module, train, val, EPOCHS))
    runs = compared(watch.runs(), len(train))
    conducts = [
        {
            "optimizer": run.updates[0].optimizer,
            "rate": run.updates[0].rate,
            "start": start(run, runs[0], watch),
            "batch": max(run.batches().values()),
            "order": [one.proteins for one in run.updates] == [one.proteins for one in runs[0].updates],
            "fall": fall(run, train, watch),
            "evenly": run.updates[0].optimizer == "none" or run.evenly(len(train)),
            "starts_over": run.starts() >= EPOCHS,
            "cleared": not any(one.piled for one in run.updates),
        }
        | conduct(run, len(val))
        for run in runs
    ]
    falls = {f"fall of {run['optimizer']} at {run['rate']}": run["fall"] for run in conducts}  # for tests.luck
    return {"runs": conducts, "losses": losses(histories, runs), "makes": makes(module)} | falls


def compared(runs: list[Run], train_proteins: int) -> list[Run]:
    """The runs of the comparison: where enough of them train on all proteins, the others were trials of a batch."""
    whole = [run for run in runs if len(run.uses()) == train_proteins]
    return whole if len(whole) >= len(NAMES) else runs


def makes(module: ModuleType) -> list[str]:
    """The classes that the submission's own `make_optimizer` makes of the three names."""
    found = set()
    for name in NAMES:
        with suppress(Exception):  # what it cannot make is ex4.optimizers' matter
            found.add(class_name(module.make_optimizer(name, [nn.Parameter(torch.ones(2))])))
    return sorted(found)


def start(run: Run, first: Run, watch: Watch) -> str:
    """The weights a run starts from: those of the first run, those that another run left, or different ones."""
    weights = run.updates[0].before
    if run is first or weights == first.updates[0].before:
        return "same"
    return "left" if weights in watch.after else "different"


def conduct(run: Run, val_proteins: int) -> dict[str, Any]:
    """How a run trains and validates."""
    looks = run.looks_at_validation()
    return {
        "validated": min(map(len, run.validations()), default=0) / val_proteins,
        "learns_from_validation": any(one.optimizer and one.covers("val") for one in [*looks, *run.updates]),
        "validates_in_training_mode": any(one.training for one in looks),
        "validates_with_gradients": any(one.tracked for one in looks),
        "trains_in_training_mode": all(one.training for one in run.updates),
        "masks": sorted({mask_of(one) for one in [*run.updates[:1], *looks[:1]]}),
    }


def losses(histories: Any, runs: list[Run]) -> dict[str, list[bool]]:
    """Whether each loss of each history is one that its epoch's passes give; nothing where its form is off."""
    found: dict[str, list[bool]] = {"train_loss": [], "val_loss": []}
    for name, run in by_name(runs).items():
        for epoch, (updates, looks) in enumerate(run.epochs()):
            validation = [one for one in looks if one.covers("val")]
            after = [one for one in looks if not one.covers("val")]
            means = {"train_loss": [*means_of(updates), *sweep_means(after)], "val_loss": sweep_means(validation)}
            for key, matches in found.items():
                loss = reported(histories, name, key, epoch)
                if loss is not None:
                    matches.append(any(isclose(loss, mean, rel_tol=1e-3, abs_tol=1e-3) for mean in means[key]))
    return found


def by_name(runs: list[Run]) -> dict[str, Run]:
    """The run of each history: by its optimizer's class, or in order where the classes are not the three."""
    by_class = {run.updates[0].optimizer.lower(): run for run in runs}
    if len(runs) == len(NAMES) and set(by_class) != set(NAMES):
        return dict(zip(NAMES, runs, strict=True))
    return {name: by_class[name] for name in NAMES if name in by_class}


def reported(histories: Any, name: str, key: str, epoch: int) -> float | None:
    """A loss of the histories; None where they have another form, which is not this row's matter."""
    history = histories.get(name) if isinstance(histories, dict) else None
    values = history.get(key) if isinstance(history, dict) else None
    value = values[epoch] if isinstance(values, list) and len(values) == EPOCHS else None
    return float(value) if isinstance(value, int | float) else None


def sweep_means(looks: list[Pass]) -> list[float]:
    """The means of all looks together, and of each stretch of them that sees every protein once.

    A look for the accuracy, say, may come before or after those that the loss was taken from.
    """
    everyone = {protein for one in looks for protein in one.proteins}
    means = means_of(looks)
    for start in range(len(looks)):
        seen: list[tuple[str, int]] = []
        for end, one in enumerate(looks[start:], start + 1):
            seen += one.proteins
            if len(seen) >= len(everyone):
                means += means_of(looks[start:end]) if set(seen) == everyone and len(seen) == len(everyone) else []
                break
    return means


def means_of(passes: list[Pass]) -> list[float]:
    """The mean loss over proteins and the mean over batches; nothing for no passes."""
    if not passes:
        return []
    sizes = [len(one.proteins) for one in passes]
    batch_means = [one.loss / size for one, size in zip(passes, sizes, strict=True)]
    return [sum(one.loss for one in passes) / sum(sizes), sum(batch_means) / len(passes)]


def fall(run: Run, train: ProteinDataset, watch: Watch) -> float:
    """By how much a run's updates lower the loss on all training proteins, dropout off."""
    one = run.updates[0]
    first, last = watch.first[id(run.model)], watch.last.get((id(run.model), one.optimizer))
    if last is None:
        return 0.0
    batch = collate_proteins([train[position] for position in range(len(train))])
    before, after = (
        total_loss(logits_of(one, batch["sequence"], weights), batch["label"]) / len(train)
        for weights in (first, last)
    )
    return before - after


def unset(module: ModuleType) -> dict[str, Any]:
    """Whether a comparison that is given the two datasets alone is the one that the sheet's numbers ask for.

    Where its own defaults are these numbers, Python sees to it; one that finds them in another way runs twice.
    """
    if own_defaults(module.compare_optimizers).items() >= SHEET.items():
        compare(module, proteins(6, seed=3), proteins(5, seed=4), epochs=1)  # one that is unwritten says so here
        return {"as the sheet says": True}
    train, val = proteins(33, seed=3), proteins(33, seed=4)  # more than a batch, so that a short one may be dropped
    histories = []
    for settings in ({}, SHEET):
        reseed(0)  # whoever draws from the global generators draws the same both times
        histories.append(plain(asked_with(module.compare_optimizers, train, val, **settings)))
    return {"as the sheet says": histories[0] == histories[1]}


def own_defaults(function: Any) -> dict[str, int]:
    """The whole numbers that a function takes for arguments that are not given; none where it does not say."""
    try:
        parameters = signature(function, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {one.name: one.default for one in parameters if type(one.default) is int}


def reseed(seed: int) -> None:
    """Seed all global generators."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


SCENARIOS = {"training": training, "unset": unset}
