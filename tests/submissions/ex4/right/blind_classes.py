"""An over-engineered version: an enum, a Run dataclass, GPU where there is one, AdamW at 1e-4, training loss measured after the epoch."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, field

import torch
from matplotlib.figure import Figure
from torch import nn
from torch.utils.data import DataLoader

import lecture


class Kind(str, enum.Enum):
    SGD = "sgd"
    ADAM = "adam"
    ADAMW = "adamw"

    def build(self, parameters) -> torch.optim.Optimizer:
        match self:
            case Kind.SGD:
                return torch.optim.SGD(parameters, lr=1e-2, momentum=0.9)
            case Kind.ADAM:
                return torch.optim.Adam(parameters)
            case Kind.ADAMW:
                return torch.optim.AdamW(parameters, lr=1e-4, weight_decay=1e-2)
        raise AssertionError(self)


@dataclass
class History:
    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)

    def first_epoch_at(self, threshold: float) -> int | None:
        return next((i for i, loss in enumerate(self.train_loss) if loss <= threshold), None)


class Run:
    """One optimizer's training."""

    def __init__(self, kind: Kind, weights: dict[str, torch.Tensor], device: torch.device) -> None:
        self.model = lecture.ProteinSolubilityClassifier()
        self.model.load_state_dict(weights)
        self.model.to(device)
        self.device = device
        self.optimizer = kind.build(self.model.parameters())
        self.criterion = nn.CrossEntropyLoss()
        self.history = History()

    def epoch(self, train: DataLoader, validation: DataLoader) -> None:
        self.model.train()
        for batch in train:
            self.optimizer.zero_grad(set_to_none=True)
            self._loss(batch).backward()
            self.optimizer.step()
        self.history.train_loss.append(self._measure(train))
        self.history.val_loss.append(self._measure(validation))

    def _loss(self, batch) -> torch.Tensor:
        logits = self.model(batch["sequence"].to(self.device), batch["mask"].to(self.device))
        return self.criterion(logits, batch["label"].to(self.device))

    @torch.no_grad()
    def _measure(self, loader: DataLoader) -> float:
        self.model.eval()
        total = count = 0
        for batch in loader:
            total += self._loss(batch).item() * len(batch["label"])
            count += len(batch["label"])
        return total / count


def make_optimizer(name, parameters):
    return Kind(name).build(parameters)  # Kind() raises ValueError for anything else


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(seed)
    weights = {k: v.clone() for k, v in lecture.ProteinSolubilityClassifier().state_dict().items()}
    train = DataLoader(train_dataset, batch_size=batch_size, collate_fn=lecture.collate_proteins)
    validation = DataLoader(val_dataset, batch_size=batch_size, collate_fn=lecture.collate_proteins)
    histories = {}
    for kind in Kind:
        run = Run(kind, weights, device)
        for _ in range(epochs):
            run.epoch(train, validation)
        histories[kind.value] = asdict(run.history)
    return histories


def plot_loss_curves(histories):
    figure = Figure(layout="constrained")
    axes = figure.add_subplot()
    for part, style in (("train_loss", "-"), ("val_loss", "--")):
        for name, history in histories.items():
            axes.plot(range(1, len(history[part]) + 1), history[part], style, label=f"{name}: {part}")
    axes.set(xlabel="epoch", ylabel="mean cross-entropy")
    figure.axes[0].legend(loc="upper right")
    return figure


def summarize(histories, threshold):
    runs = {name: History(**h) for name, h in histories.items()}
    arrivals = {name: run.first_epoch_at(threshold) for name, run in runs.items()}
    arrived = [name for name, epoch in arrivals.items() if epoch is not None]
    fastest = min(arrived, key=lambda n: (arrivals[n], runs[n].train_loss[arrivals[n]]), default=None)
    return {"fastest": fastest, "lowest_val_loss": min(runs, key=lambda n: runs[n].val_loss[-1])}
