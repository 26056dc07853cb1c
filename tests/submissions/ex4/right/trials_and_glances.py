"""Tries one batch on a copy, and backward alone, before each run; glances at validation within epochs; has two
legends, and a decorator that hands on what comes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, find_bad_gradients

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = ("sgd", "adam", "adamw")
Histories = dict[str, dict[str, list[float]]]


def make_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Make one of the three optimizers; ValueError for any other name."""
    match name:
        case "sgd":
            return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
        case "adam":
            return torch.optim.Adam(parameters)
        case "adamw":
            return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError(f"there is no optimizer {name!r} here; choose one of {', '.join(NAMES)}")


def told(function):
    def run(*args, **kwargs):
        print("begins", function.__name__)
        return function(*args, **kwargs)

    return run


@told
def compare_optimizers(
    training: Dataset, validation: Dataset, rounds: int = 10, size: int = 32, start: int = 42
) -> Histories:
    """Train a fresh classifier with each optimizer, all from one seed."""
    val_loader = DataLoader(validation, size, collate_fn=collate_proteins)
    histories = {}
    for name in NAMES:
        torch.manual_seed(start)
        model = ProteinSolubilityClassifier()
        order = torch.Generator().manual_seed(start)
        train_loader = DataLoader(
            training, size, shuffle=True, generator=order, collate_fn=collate_proteins
        )
        probe = copy.deepcopy(model)
        trial = make_optimizer(name, probe.parameters())
        one = [training[position] for position in range(size)]
        batch = collate_proteins(one)
        train_once(probe.eval(), [batch] * 3, trial, val_loader)
        nn.functional.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"]).backward()
        print("bad gradients:", find_bad_gradients(model))
        model.zero_grad()
        optimizer = make_optimizer(name, model.parameters())
        histories[name] = train(model, train_loader, val_loader, optimizer, rounds)
    return histories


def train(
    model: nn.Module,
    train_loader: DataLoader,
    val_loader: DataLoader,
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> dict[str, list[float]]:
    """Train and validate in turn; both losses of each epoch."""
    criterion = nn.CrossEntropyLoss()
    history: dict[str, list[float]] = {"train_loss": [], "val_loss": []}
    for _ in range(epochs):
        history["train_loss"].append(train_once(model, train_loader, optimizer, val_loader))
        history["val_loss"].append(evaluate(model, val_loader, criterion, "cpu")[0])
    return history


def train_once(model: nn.Module, batches: Iterable, optimizer: torch.optim.Optimizer, val_loader: DataLoader) -> float:
    """One epoch; after every third batch a glance at the first validation batch."""
    losses = []
    for number, batch in enumerate(batches):
        model.train()
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if number % 3 == 1:
            first = next(iter(val_loader))
            with torch.no_grad():
                glance = model.eval()(first["sequence"], first["mask"]).argmax(dim=1)
            print(f"batch {number}: {(glance == first['label']).float().mean():.2f}")
    return sum(losses) / len(losses)


def plot_loss_curves(histories: Histories) -> Figure:
    """Six curves in one Axes: a colour for each optimizer, dashes for validation."""
    import matplotlib.pyplot as plt
    from matplotlib.legend import Legend

    figure, axes = plt.subplots()
    for position, (name, history) in enumerate(histories.items()):
        for key, style in (("train_loss", "-"), ("val_loss", "--")):
            epochs = range(1, len(history[key]) + 1)
            axes.plot(epochs, history[key], style, color=f"C{position}", label=f"{name} {key}")
    axes.set_xlabel("epoch")
    axes.set_ylabel("cross-entropy")
    for place, part in (("upper right", 0), ("lower left", 1)):
        lines = axes.get_lines()[part::2]
        axes.add_artist(Legend(axes, lines, [line.get_label() for line in lines], loc=place))
    return figure


def summarize(histories: Histories, threshold: float) -> dict[str, str | None]:
    """The fastest optimizer, ties to the lower loss there, and the one with the lowest last validation loss."""
    arrivals = []
    for name, history in histories.items():
        for epoch, loss in enumerate(history["train_loss"]):
            if loss <= threshold:
                arrivals.append((epoch, loss, name))
                break
    return {
        "fastest": min(arrivals)[2] if arrivals else None,
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
