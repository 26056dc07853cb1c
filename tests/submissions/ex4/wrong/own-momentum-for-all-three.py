"""Each run has one and the same optimizer, written by hand, whatever `make_optimizer` makes.

Loses: converges
Named: one-optimizer-for-all
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch

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


class Momentum(torch.optim.Optimizer):
    """SGD with momentum, written by hand."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float = 0.01) -> None:
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    velocity = self.state[weight].setdefault("velocity", torch.zeros_like(weight))
                    velocity.mul_(0.9).add_(weight.grad)
                    weight.sub_(group["lr"] * velocity)


def compare_optimizers(
    train_dataset: Dataset, val_dataset: Dataset, epochs: int = 10, batch_size: int = 32, seed: int = 42
) -> Histories:
    """Train a fresh classifier with each optimizer, all from one seed."""
    val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
    histories = {}
    for name in NAMES:
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        order = torch.Generator().manual_seed(seed)
        train_loader = DataLoader(
            train_dataset, batch_size, shuffle=True, generator=order, collate_fn=collate_proteins
        )
        optimizer = Momentum(model.parameters())
        histories[name] = train(model, train_loader, val_loader, optimizer, epochs)
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
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, "cpu"))
        history["val_loss"].append(evaluate(model, val_loader, criterion, "cpu")[0])
    return history


def plot_loss_curves(histories: Histories) -> Figure:
    """Six curves in one Axes: a colour for each optimizer, dashes for validation."""
    import matplotlib.pyplot as plt  # takes half a second, which only this function needs

    figure, axes = plt.subplots()
    for position, (name, history) in enumerate(histories.items()):
        for key, style in (("train_loss", "-"), ("val_loss", "--")):
            epochs = range(1, len(history[key]) + 1)
            axes.plot(epochs, history[key], style, color=f"C{position}", label=f"{name} {key}")
    axes.set_xlabel("epoch")
    axes.set_ylabel("cross-entropy")
    axes.legend()
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
