"""Hidden scenarios of exercise 4: a comparison watched from every side."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from math import isclose
from types import ModuleType
from typing import Any

import matplotlib.pyplot  # noqa: F401 - here, so that the warm process imports it once for a whole class
import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import pad

from grader.box.facts import plain
from grader.box.passes import Pass, Step, Watch, Weights, tensors, total_loss
from grader.box.signatures import signature
from grader.exercises.ex4.scenarios import NAMES, asked_with, class_name, compare, proteins
from lecture import ProteinDataset, collate_proteins

EPOCHS = 3
SHEET = {"epochs": 10, "batch_size": 32, "seed": 42}


@dataclass
class Run:
    """One model under one optimizer: its steps in order, and the passes that look on between them."""

    model: nn.Module
    steps: list[list[Pass]] = field(default_factory=list)  # each the passes that it acted on
    looks: dict[int, list[Pass]] = field(default_factory=dict)  # by the number of steps before

    def take(self, one: Pass) -> None:
        """Take in the next pass."""
        if not is_update(one):
            self.looks.setdefault(len(self.steps), []).append(one)
        elif self.steps and self.steps[-1][0].step is one.step:
            self.steps[-1].append(one)
        else:
            self.steps.append([one])

    @property
    def optimizer(self) -> str:
        """The class of its optimizer."""
        return optimizer_of(self.steps[0][0])

    @property
    def updates(self) -> list[Pass]:
        """The passes that its steps acted on."""
        return [one for step in self.steps for one in step]

    def epochs(self) -> Iterator[tuple[list[Pass], list[Pass]]]:
        """For each epoch: its updates, and the looks between its last step and the next."""
        ends = [len(self.steps) * (epoch + 1) // EPOCHS for epoch in range(EPOCHS)]
        for start, end in zip([0, *ends], ends, strict=False):
            yield [one for step in self.steps[start:end] for one in step], self.looks.get(end, [])

    def starts(self) -> int:
        """How often a step moves the weights that the run began with: once, unless they are put back.

        Where the same move is made again and again, the weights never change, and that is another mistake.
        """
        first = self.steps[0][0].before
        moves = [move for move, _ in groupby((step[0].before, step[0].step.after) for step in self.steps)]
        return sum(before == first != after for before, after in moves)

    def batch(self) -> int:
        """How many proteins there were at most for one step."""
        return max(sum(len(one.proteins) for one in step) for step in self.steps)

    def uses(self) -> Counter[tuple[str, int]]:
        """How often the updates used each training protein."""
        return Counter(protein for one in self.updates for protein in one.proteins if protein[0] == "train")

    def least_and_most(self, number: int) -> list[int]:
        """How often the updates used a training protein, of so many: at least, and at most."""
        uses = self.uses()
        return [min(uses.values()) if len(uses) == number else 0, max(uses.values())]

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


def runs_of(passes: list[Pass]) -> list[Run]:
    """The runs that some passes make, in the order of each run's first update.

    A pass without an update belongs to the run that its model is in. A model that no optimizer ever changes is a
    copy, and its passes belong to the latest run.
    """
    runs: dict[tuple[int, str], Run] = {}
    current: dict[int, Run | None] = {id(one.model): None for one in passes if one.step}
    latest: Run | None = None
    for one in passes:
        if is_update(one):
            latest = runs.setdefault((id(one.model), optimizer_of(one)), Run(one.model))
            current[id(one.model)] = latest
        run = current.get(id(one.model), latest)
        if run:
            run.take(one)
    return list(runs.values())


def is_update(one: Pass) -> bool:
    """Whether a step acted on a pass over training proteins."""
    return one.step is not None and one.covers("train")


def optimizer_of(update: Pass) -> str:
    """The class of the optimizer that acted on a pass; "none" where no optimizer is known."""
    optimizer = update.step.optimizer if update.step else None
    return "none" if optimizer is None else class_name(optimizer)


def assume_updates(passes: list[Pass]) -> None:
    """Where no optimizer ever acted, take the passes that could have trained for updates."""
    if not any(one.step for one in passes):
        for one in passes:
            if one.tracked and one.covers("train"):
                one.step = Step()


def mask_of(one: Pass) -> str:
    """Whether the mask that a model was given is right; a model may also find out by itself what is real, and where
    all is, it needs none."""
    real = one.codes != 0
    given = [t for t in tensors(one.arguments) if t is not one.codes and t.shape == real.shape]
    if given:
        return "right" if all(torch.equal(mask != 0, real) for mask in given) else "wrong"
    if real.all():
        return "right"
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
    train = proteins(24, seed=1)  # who drops a last, smaller batch of training may
    learnt = proteins(10, seed=2)
    val = ProteinDataset(learnt.sequences, [1 - label for label in learnt.labels])  # its loss rises
    with Watch(train=train, val=val) as watch:
        histories = plain(compare(module, train, val, EPOCHS))
    assume_updates(watch.passes)
    runs = compared(runs_of(watch.passes), len(train))
    conducts = [
        {
            "optimizer": run.optimizer,
            "rate": run.updates[0].step.rate,
            "start": start(run, runs[0], watch),
            "batch": run.batch(),
            "order": [one.proteins for one in run.updates] == [one.proteins for one in runs[0].updates],
            "fall": fall(run, train, watch),
            "uses": [EPOCHS] * 2 if run.optimizer == "none" else run.least_and_most(len(train)),
            "starts_over": run.starts() >= EPOCHS,
            "cleared": not any(one.step.piled for one in run.updates),
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
        "learns_from_validation": any(one.step and one.covers("val") for one in [*looks, *run.updates]),
        "validates_in_training_mode": any(one.training for one in looks),
        "validates_with_gradients": any(one.tracked for one in looks),
        "trains_in_training_mode": all(one.training for one in run.updates),
        "masks": sorted({mask_of(one) for one in [*run.updates, *looks]}),
    }


def losses(histories: Any, runs: list[Run]) -> dict[str, list[bool | None]]:
    """Whether each loss of each history is one that its epoch's passes give; None where its form is off."""
    found: dict[str, list[bool | None]] = {"train_loss": [], "val_loss": []}
    for name, own in by_name(runs).items():
        for epoch, passes in enumerate(zip(*map(Run.epochs, own), strict=True)):
            means = [means_in(updates, looks) for updates, looks in passes]
            for key, matches in found.items():
                loss = reported(histories, name, key, epoch)
                sums = [mean for each in means for mean in each[key] if loss is not None]
                near = [isclose(loss, mean, rel_tol=1e-3, abs_tol=1e-3) for mean in sums]
                matches.append(None if loss is None else any(near))
    return found


def by_name(runs: list[Run]) -> dict[str, list[Run]]:
    """The run of each history: by its optimizer's class, or in order where the classes are not the three. Any run
    may be that of an optimizer whose class nobody knows."""
    by_class = {run.optimizer.lower(): [run] for run in runs}
    if len(runs) == len(NAMES) and set(by_class) != set(NAMES):
        return {name: [run] for name, run in zip(NAMES, runs, strict=True)}
    return {name: by_class.get(name, runs) for name in NAMES}


def means_in(updates: list[Pass], looks: list[Pass]) -> dict[str, list[float]]:
    """What each loss of an epoch may be, by its updates and the looks after them."""
    alone = [one for one in looks if one.covers("val") and not one.covers("train")]
    validation = alone or [one for one in looks if one.covers("val")]
    after = [one for one in looks if not one.covers("val")]
    return {"train_loss": [*means_of(updates), *sweep_means(after)], "val_loss": sweep_means(validation)}


def reported(histories: Any, name: str, key: str, epoch: int) -> float | None:
    """A loss of the histories; None where they have another form."""
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
    one, latest = run.updates[0], run.updates[-1]
    first, last = watch.first[id(run.model)], watch.last.get((id(run.model), id(latest.step.optimizer)))
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
