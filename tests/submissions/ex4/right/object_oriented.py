"""Classes, enums and type hints for everything."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from enum import Enum
from typing import Callable, Dict, Iterable, List, Optional

import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins
from matplotlib.figure import Figure
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader, Dataset


class Name(str, Enum):
    SGD = "sgd"
    ADAM = "adam"
    ADAMW = "adamw"


_FACTORIES: Dict[Name, Callable[..., optim.Optimizer]] = {
    Name.SGD: lambda p: optim.SGD(p, lr=1e-2, momentum=0.9),
    Name.ADAM: lambda p: optim.Adam(p),
    Name.ADAMW: lambda p: optim.AdamW(p, lr=1e-4, weight_decay=1e-2),
}


def make_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> optim.Optimizer:
    return _FACTORIES[Name(name.lower())](parameters)  # Name(...) raises ValueError itself


@dataclass
class History:
    train_loss: List[float] = field(default_factory=list)
    val_loss: List[float] = field(default_factory=list)

    def as_dict(self) -> Dict[str, List[float]]:
        return {"train_loss": self.train_loss, "val_loss": self.val_loss}


class Trainer:
    def __init__(self, model: nn.Module, optimizer: optim.Optimizer) -> None:
        self.model = model
        self.optimizer = optimizer
        self.criterion = nn.CrossEntropyLoss()
        self.history = History()

    def _loss(self, batch: Dict[str, Tensor]) -> Tensor:
        return self.criterion(self.model(batch["sequence"], batch["mask"]), batch["label"])

    def fit(self, train: DataLoader, val: DataLoader, epochs: int) -> "Trainer":
        for _ in range(epochs):
            self.history.train_loss.append(self._train(train))
            self.history.val_loss.append(self._validate(val))
        return self

    def _train(self, loader: DataLoader) -> float:
        self.model.train()
        losses: List[float] = []
        for batch in loader:
            self.optimizer.zero_grad(set_to_none=True)
            loss = self._loss(batch)
            loss.backward()
            self.optimizer.step()
            losses.append(float(loss))
        return sum(losses) / len(losses)

    @torch.inference_mode()
    def _validate(self, loader: DataLoader) -> float:
        self.model.eval()
        losses = [float(self._loss(batch)) for batch in loader]
        return sum(losses) / len(losses)


class Comparison:
    def __init__(self, train: Dataset, val: Dataset, batch_size: int, seed: int) -> None:
        self.train, self.val, self.batch_size, self.seed = train, val, batch_size, seed
        torch.manual_seed(seed)
        self.template = ProteinSolubilityClassifier()

    def loaders(self) -> tuple[DataLoader, DataLoader]:
        generator = torch.Generator().manual_seed(self.seed)
        options = {"batch_size": self.batch_size, "collate_fn": collate_proteins}
        return (DataLoader(self.train, shuffle=True, generator=generator, **options), DataLoader(self.val, **options))

    def run(self, name: Name, epochs: int) -> Dict[str, List[float]]:
        model = copy.deepcopy(self.template)
        trainer = Trainer(model, make_optimizer(name.value, model.parameters()))
        return trainer.fit(*self.loaders(), epochs).history.as_dict()


def compare_optimizers(train_dataset: Dataset, val_dataset: Dataset, epochs: int = 10, batch_size: int = 32,
                       seed: int = 42) -> Dict[str, Dict[str, List[float]]]:
    comparison = Comparison(train_dataset, val_dataset, batch_size, seed)
    return {name.value: comparison.run(name, epochs) for name in Name}


def plot_loss_curves(histories: Dict[str, Dict[str, List[float]]]) -> Figure:
    figure, axis = plt.subplots()
    for colour, (name, history) in zip("rgb", histories.items()):
        for kind, style in (("train_loss", "solid"), ("val_loss", "dotted")):
            axis.plot(range(1, len(history[kind]) + 1), history[kind], color=colour, linestyle=style, label=f"{name}/{kind}")
    axis.set(xlabel="epoch", ylabel="cross-entropy loss", title="Optimizers")
    figure.legend(loc="upper right")
    plt.close(figure)
    return figure


def summarize(histories: Dict[str, Dict[str, List[float]]], threshold: float) -> Dict[str, Optional[str]]:
    def arrival(name: str) -> Optional[tuple[int, float]]:
        return next(((e, l) for e, l in enumerate(histories[name]["train_loss"]) if l <= threshold), None)

    there = {name: arrival(name) for name in histories}
    there = {name: a for name, a in there.items() if a is not None}
    return {
        "fastest": min(there, key=there.__getitem__, default=None),
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
