"""Functional flavour: the model is called through `functional_call`, the figure is made without pyplot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from operator import itemgetter
from typing import Literal, TypedDict

import torch
from lecture.data import collate_proteins
from lecture.models import ProteinSolubilityClassifier
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.utils.data import BatchSampler, DataLoader, Dataset, SequentialSampler

Name = Literal["sgd", "adam", "adamw"]
NAMES: tuple[Name, ...] = ("sgd", "adam", "adamw")


class History(TypedDict):
    train_loss: list[float]
    val_loss: list[float]


Histories = dict[str, History]


def make_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> Optimizer:
    match name:
        case "sgd":
            return SGD(parameters, lr=0.01, momentum=0.9)
        case "adam":
            return Adam(parameters)
        case "adamw":
            return AdamW(parameters, lr=1e-4, weight_decay=0.01)
        case _:
            raise ValueError(f"no optimizer is called {name!r}")


def _loss(model: nn.Module, batch: dict[str, Tensor], reduction: str = "mean") -> Tensor:
    weights: dict[str, Tensor] = dict(model.named_parameters())
    logits = functional_call(model, weights, (batch["sequence"], batch["mask"]))
    return cross_entropy(logits, batch["label"], reduction=reduction)


def _loader(dataset: Dataset, batch_size: int) -> DataLoader:
    batches = BatchSampler(SequentialSampler(dataset), batch_size=batch_size, drop_last=False)
    return DataLoader(dataset, batch_sampler=batches, collate_fn=collate_proteins)


def _epoch(model: nn.Module, optimizer: Optimizer, train: DataLoader, val: DataLoader) -> tuple[float, float]:
    model.train()
    parts: list[tuple[float, int]] = []
    for batch in train:
        optimizer.zero_grad(set_to_none=True)
        loss = _loss(model, batch)
        loss.backward()
        optimizer.step()
        parts.append((loss.item(), len(batch["label"])))
    model.eval()
    with torch.no_grad():
        val_losses = torch.cat([_loss(model, batch, "none") for batch in val])
    weights = sum(map(itemgetter(1), parts))
    return sum(a * b for a, b in parts) / weights, float(val_losses.mean())


def compare_optimizers(
    train_dataset: Dataset, val_dataset: Dataset, epochs: int = 10, batch_size: int = 32, seed: int = 42
) -> Histories:
    train, val = map(partial(_loader, batch_size=batch_size), (train_dataset, val_dataset))

    def one(name: Name) -> History:
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        rows: Sequence[tuple[float, float]] = [_epoch(model, optimizer, train, val) for _ in range(epochs)]
        return {"train_loss": [a for a, _ in rows], "val_loss": [b for _, b in rows]}

    return {name: one(name) for name in NAMES}


def plot_loss_curves(histories: Histories) -> Figure:
    figure = Figure(layout="constrained")
    axes = figure.add_subplot()
    for name, history in histories.items():
        (line,) = axes.plot(history["train_loss"], label=f"{name}, training")
        axes.plot(history["val_loss"], label=f"{name}, validation", linestyle=":", color=line.get_color())
    axes.set_xlabel("epoch (from 0)")
    axes.set_ylabel("loss")
    figure.legend(loc="outside right upper")
    return figure


def summarize(histories: Histories, threshold: float) -> dict[str, str | None]:
    def arrival(name: str) -> tuple[int, float] | None:
        return next(((n, loss) for n, loss in enumerate(histories[name]["train_loss"]) if loss <= threshold), None)

    arrived = {name: when for name in histories if (when := arrival(name)) is not None}
    return {
        "fastest": min(arrived, key=arrived.__getitem__, default=None),
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
