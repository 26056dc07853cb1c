"""Inside the box: the optimizers as they are made, the histories of a comparison, two figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from inspect import Parameter
from itertools import zip_longest
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from grader.box.facts import error_name, plain
from grader.box.signatures import signature
from lecture import AMINO_ACIDS, ProteinDataset, ProteinSolubilityClassifier, collate_proteins

CLASSES = (torch.optim.AdamW, torch.optim.Adam, torch.optim.SGD)  # AdamW is an Adam, so it is asked first
NAMES = ("sgd", "adam", "adamw")
OTHERS = ("rmsprop", "adagrad", "nadam", "adamax", "asgd")
SETTINGS = ("lr", "momentum", "dampening", "nesterov", "betas", "eps", "weight_decay", "amsgrad", "maximize")
BATCH_SIZE = 4

Make = Callable[[str, Iterable[nn.Parameter]], Any]


def optimizers(module: ModuleType) -> dict[str, Any]:
    """What `make_optimizer` makes of each name, and how it answers the names of other optimizers."""
    make: Make = module.make_optimizer
    return {name: made(make, name) for name in NAMES} | {"refused": {name: refused(make, name) for name in OTHERS}}


def made(make: Make, name: str) -> dict[str, Any]:
    """The class and the settings of one optimizer, and whether it was given all the weights, once."""
    weights = nn.ParameterList([torch.ones(2), torch.ones(3)])
    optimizer = make(name, weights.parameters())  # which can be gone through once, as a model's
    if not isinstance(optimizer, CLASSES):
        return {"class": plain(optimizer), "settings": [], "weights": []}
    return {
        "class": class_name(optimizer),
        "settings": [settings(group) for group in optimizer.param_groups],
        "weights": [parameter.numel() for group in optimizer.param_groups for parameter in group["params"]],
    }


def class_name(optimizer: torch.optim.Optimizer) -> str:
    """Which of the three an optimizer is, a subclass counted as what it comes from; else its own name."""
    return next((kind.__name__ for kind in CLASSES if isinstance(optimizer, kind)), type(optimizer).__name__)


def settings(group: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a parameter group that change what an update does."""
    return {key: plain(group[key]) for key in SETTINGS if key in group}


def refused(make: Make, name: str) -> str:
    """How the name of another optimizer is answered."""
    try:
        answer = make(name, [nn.Parameter(torch.ones(2))])
    except ValueError:
        return "ValueError"
    except Exception as error:
        return error_name(error)
    return f"<{type(answer).__name__}>"


def proteins(count: int, seed: int) -> ProteinDataset:
    """Short proteins of unequal length, soluble and insoluble in turn; charge tells which."""
    rng = np.random.default_rng(seed)
    labels = [number % 2 for number in range(count)]
    letters = np.array(list(AMINO_ACIDS))
    sequences = []
    for label in labels:
        weights = np.where(np.isin(letters, list("DEKRNQGSTP")) == bool(label), 8.0, 1.0)
        sequences.append("".join(rng.choice(letters, rng.integers(10, 19), p=weights / weights.sum())))
    return ProteinDataset(sequences, labels)


def asked_with(function: Callable[..., Any], *data: ProteinDataset, **numbers: int) -> Any:
    """Call a function with numbers by their names; by position where it has other names for them, or takes and
    hands on whatever comes, as what a decorator returns does."""
    try:
        known = signature(function)
        known.bind(*data, **numbers)
    except (TypeError, ValueError):
        return function(*data, *numbers.values())
    kinds = {parameter.kind for parameter in known.parameters.values()}
    if kinds == {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}:
        return function(*data, *numbers.values())
    return function(*data, **numbers)


def compare(module: ModuleType, train: ProteinDataset, val: ProteinDataset, epochs: int) -> Any:
    """Run `compare_optimizers`, with the box's seed as the student's.

    Python says the same of a dict that does not unpack as of `evaluate`'s three values that do not: whether a
    batch had reached a model tells them apart.
    """
    reached: list[nn.Module] = []
    hook = register_module_forward_pre_hook(lambda model, _: reached.append(model))
    seed = 7 + torch.initial_seed() % 2**31
    try:
        return asked_with(module.compare_optimizers, train, val, epochs=epochs, batch_size=BATCH_SIZE, seed=seed)
    except ValueError as error:
        if type(error) is ValueError and not reached:
            error.args = (f"{error}. No batch had reached a model",)
        raise
    finally:
        hook.remove()


def comparison(module: ModuleType) -> dict[str, Any]:
    """The form of a short comparison's histories: their numbers are a matter of luck."""
    return {"histories": form(plain(compare(module, proteins(6, seed=1), proteins(5, seed=2), epochs=3)))}


def form(value: Any) -> Any:
    """Plain lists and dicts with the word "number" for each finite number, and for nothing else."""
    if isinstance(value, dict):
        return {key: form(item) for key, item in value.items()}
    if isinstance(value, list):
        return [form(item) for item in value]
    if value == "number":
        return "a text"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else value


def curves(seed: int) -> dict[str, Any]:
    """Six histories of five epochs, all different."""
    rng = np.random.default_rng(seed)
    return {
        name: {key: np.round(rng.uniform(0.1, 0.9, 5), 3).tolist() for key in ("train_loss", "val_loss")}
        for name in NAMES
    }


def plot(module: ModuleType) -> dict[str, Any]:
    """Two figures of different histories: what stands in the second, and whether it is a new one."""
    from matplotlib.figure import Figure  # takes half a second, which no other scenario needs

    first = module.plot_loss_curves(curves(seed=1))
    figure = module.plot_loss_curves(curves(seed=2))
    if not isinstance(figure, Figure):
        return {"figure": plain(figure)}
    entries = legend_entries(figure)
    return {
        "figure": "Figure",
        "new": figure is not first,
        "axes": [drawn(axes, entries) for axes in figure.axes],
        "legend": [words for _, words in entries],
    }


def legend_entries(figure: Any) -> list[tuple[Any, str]]:
    """Marks and words in the legends of a figure and of its Axes, those added as any artist is, too."""
    from matplotlib.legend import Legend

    return [
        (mark, text.get_text())
        for legend in figure.findobj(Legend)
        for mark, text in zip_longest(filter(None, legend.legend_handles), legend.get_texts())
        if text is not None
    ]


def drawn(axes: Any, entries: list[tuple[Any, str]]) -> dict[str, Any]:
    """The labelled lines of an Axes, and what is written along its sides, or along the whole figure's."""
    labels = labels_of(axes.get_lines(), entries).items()
    return {
        "lines": [
            {"label": label, "forward": runs_forward(line), "y": plain(np.asarray(line.get_ydata(), dtype=float))}
            for line, label in labels
            if label.strip()
        ],
        "xlabel": axes.get_xlabel() or axes.figure.get_supxlabel(),
        "ylabel": axes.get_ylabel() or axes.figure.get_supylabel(),
    }


def labels_of(lines: Sequence[Any], entries: list[tuple[Any, str]]) -> dict[Any, str]:
    """The label of each line: as who looks at the figure reads it, if a legend shows every curve, or else its own.

    `legend(["a", "b", ...])` labels the lines without telling them, so such words count as their own labels, but
    not those of a mark or a threshold, which have fewer points than a curve.
    """
    points = {line: len(line.get_ydata()) for line in lines}
    curves = [line for line in lines if points[line] == max(points.values())]
    told = {line: line.get_label() for line in lines if not line.get_label().startswith("_")}
    untold = dict(zip(curves, (words for _, words in entries), strict=True)) if len(entries) == len(curves) else {}
    read = read_in_legend(lines, entries)
    return dict.fromkeys(lines, "") | untold | told | (read if read.keys() >= {*curves} else {})


def read_in_legend(lines: Sequence[Any], entries: list[tuple[Any, str]]) -> dict[Any, str]:
    """The words beside the mark that looks like a line, of those that look like no other."""
    looks, marks = [*map(look, lines)], [look(mark) for mark, _ in entries]
    return {
        line: entries[marks.index(seen)][1]
        for line, seen in zip(lines, looks, strict=True)
        if looks.count(seen) == marks.count(seen) == 1
    }


def runs_forward(line: Any) -> bool:
    """Whether a line goes from each of its points to the right; words along the x axis are numbered."""
    return bool((np.diff(np.asarray(line.get_xdata(orig=False), dtype=float)) > 0).all())


def look(line: Any) -> tuple[str, ...]:
    """What tells a line from others in a figure, or a mark in its legend; nothing of what is no line."""
    from matplotlib.lines import Line2D

    if not isinstance(line, Line2D):
        return ()
    return str(line.get_color()), str(line.get_linestyle()), str(line.get_marker())


def updates(module: ModuleType, device: str) -> dict[str, Any]:
    """Three updates of a classifier by each optimizer, on the CPU and on a device: the weights of both."""
    return {"cpu": updated(module, "cpu"), "device": updated(module, device)}


def updated(module: ModuleType, device: str) -> dict[str, Any]:
    """The output layer of a classifier on `device` after three updates, for each optimizer."""
    data = proteins(8, seed=3)
    batch = {key: value.to(device) for key, value in collate_proteins([data[i] for i in range(8)]).items()}
    return {name: plain(three_updates(module, name, batch).output.weight) for name in NAMES}


def three_updates(module: ModuleType, name: str, batch: dict[str, torch.Tensor]) -> ProteinSolubilityClassifier:
    """A small classifier where the batch is, updated three times by the optimizer called `name`."""
    torch.manual_seed(0)
    model = ProteinSolubilityClassifier(embed_dim=8, hidden_dim=8).eval().to(batch["label"].device)
    optimizer = module.make_optimizer(name, list(model.parameters()))
    for _ in range(3):
        optimizer.zero_grad()
        logits = model(batch["sequence"], batch["mask"])
        torch.autograd.backward(nn.functional.cross_entropy(logits, batch["label"]))
        optimizer.step()
    return model


SCENARIOS = {
    "optimizers": optimizers,
    "comparison": comparison,
    "plot": plot,
    "gpu": partial(updates, device="cuda"),
}
