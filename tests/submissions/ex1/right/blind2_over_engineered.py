"""Right: over-engineered, with a Protocol, a dataclass meter, a mode context manager, LayerNorm and a closure for the optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


class Logits(Protocol):
    def __call__(self, one_hot: Tensor) -> Tensor: ...


@dataclass
class WeightedMean:
    total: float = 0.0
    weight: float = 0.0
    history: list[tuple[float, float]] = field(default_factory=list)

    def update(self, value: float, weight: float) -> None:
        self.history.append((value, weight))
        self.total += value * weight
        self.weight += weight

    def compute(self) -> float:
        return float(self.total / self.weight) if self.weight else 0.0


@contextmanager
def mode(model: nn.Module, training: bool, grad: bool) -> Iterator[nn.Module]:
    """Switch the mode and the recording of gradients, and put the mode back afterwards."""
    before = model.training
    model.train(training)
    try:
        with torch.set_grad_enabled(grad):
            yield model
    finally:
        model.train(before)


class Block(nn.Module):
    def __init__(self, n_in: int, n_out: int, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(n_in, n_out)
        self.act = nn.SiLU()
        self.norm = nn.LayerNorm(n_out)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.norm(self.act(self.linear(x))))


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features: int = 20, hidden_dim: int = 64, num_classes: int = 3) -> None:
        super().__init__()
        widths = [in_features, hidden_dim, max(8, hidden_dim // 2)]
        self.blocks = nn.ModuleList(Block(a, b, 0.05) for a, b in zip(widths, widths[1:]))
        self.head = nn.Linear(widths[-1], num_classes)

    def forward(self, one_hot: Tensor) -> Tensor:
        hidden = one_hot
        for block in self.blocks:
            hidden = block(hidden)
        return self.head(hidden)


def predict_probabilities(model: nn.Module, one_hot: Tensor) -> Tensor:
    with mode(model, training=False, grad=False) as network:
        return nn.Softmax(dim=2)(network(one_hot))


def masked_cross_entropy(logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    flat_mask = mask.flatten().bool()
    kept_logits = logits.flatten(0, 1)[flat_mask]
    kept_labels = labels.flatten()[flat_mask]
    summed = nn.CrossEntropyLoss(reduction="sum")(kept_logits, kept_labels)
    return summed / max(kept_labels.numel(), 1)


def train_epoch(model: nn.Module, loader: Iterable[dict[str, Tensor]], optimizer: Optimizer) -> float:
    model.train()
    meter = WeightedMean()
    for batch in loader:

        def closure(batch: dict[str, Tensor] = batch) -> Tensor:
            optimizer.zero_grad()
            loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
            loss.backward()
            return loss

        loss = optimizer.step(closure)
        meter.update(loss.item(), batch["mask"].sum().item())
    return meter.compute()
