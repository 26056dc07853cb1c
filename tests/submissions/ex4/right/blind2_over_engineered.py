"""Right: over-engineered with an Enum-like registry, a Run class, mode context managers, and a bare matplotlib Figure without pyplot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import torch
from lecture import ProteinSolubilityClassifier, collate_proteins
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, RandomSampler, SequentialSampler

REGISTRY: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": partial(torch.optim.SGD, lr=1e-2, momentum=0.9),
    "adam": torch.optim.Adam,
    "adamw": partial(torch.optim.AdamW, weight_decay=1e-2),
}


def make_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    if name not in REGISTRY:
        raise ValueError(f"no optimizer is called {name!r}; choose one of {sorted(REGISTRY)}")
    return REGISTRY[name](parameters)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    was = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was)


@dataclass
class Run:
    model: nn.Module
    optimizer: torch.optim.Optimizer
    train_loader: DataLoader
    val_loader: DataLoader
    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)

    def _loss(self, batch: dict[str, Tensor]) -> Tensor:
        device = next(self.model.parameters()).device
        batch = {key: value.to(device) for key, value in batch.items()}
        return nn.functional.cross_entropy(self.model(batch["sequence"], batch["mask"]), batch["label"])

    def epoch(self) -> None:
        self.model.train()
        values: list[float] = []
        for batch in self.train_loader:
            self.optimizer.zero_grad()
            loss = self._loss(batch)
            loss.backward()
            self.optimizer.step()
            values.append(loss.item())
        self.train_loss.append(sum(values) / len(values))
        with evaluating(self.model):
            values = [self._loss(batch).item() for batch in self.val_loader]
        self.val_loss.append(sum(values) / len(values))


def compare_optimizers(
    train_dataset: Dataset, val_dataset: Dataset, epochs: int = 10, batch_size: int = 32, seed: int = 42
) -> dict[str, dict[str, list[float]]]:
    histories = {}
    for name in REGISTRY:
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        sampler = RandomSampler(train_dataset, generator=torch.Generator().manual_seed(seed + 1))
        run = Run(
            model,
            make_optimizer(name, model.parameters()),
            DataLoader(train_dataset, batch_size, sampler=sampler, collate_fn=collate_proteins),
            DataLoader(val_dataset, 2 * batch_size, sampler=SequentialSampler(val_dataset), collate_fn=collate_proteins),
        )
        for _ in range(epochs):
            run.epoch()
        histories[name] = {"train_loss": run.train_loss, "val_loss": run.val_loss}
    return histories


def plot_loss_curves(histories: dict[str, dict[str, list[float]]]) -> Figure:
    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, history in histories.items():
        for key, style in (("train_loss", "solid"), ("val_loss", "dashed")):
            steps = list(range(1, len(history[key]) + 1))
            (line,) = axes.plot(steps, history[key], linestyle=style)
            line.set_label(f"{name}: {key.replace('_', ' ')}")
    axes.set_xlabel("epochs")
    axes.set_ylabel("mean cross-entropy")
    axes.legend()
    return figure


def summarize(histories: dict[str, dict[str, list[float]]], threshold: float) -> dict[str, str | None]:
    def arrival(name: str) -> tuple[int, float] | None:
        return next(((i, v) for i, v in enumerate(histories[name]["train_loss"]) if v <= threshold), None)

    arrivals = {name: arrival(name) for name in histories}
    arrived = {name: value for name, value in arrivals.items() if value is not None}
    return {
        "fastest": min(arrived, key=arrived.__getitem__, default=None),
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
