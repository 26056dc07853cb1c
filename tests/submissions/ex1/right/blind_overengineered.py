"""An over-engineered version: dataclasses, blocks with LayerNorm and dropout, a running-mean class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class NetworkConfig:
    in_features: int
    hidden_dim: int
    num_classes: int
    dropout: float = 0.1

    @property
    def bottleneck(self) -> int:
        return max(8, self.hidden_dim // 2)


class Block(nn.Module):
    """Linear, LayerNorm, GELU, dropout."""

    def __init__(self, n_in: int, n_out: int, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(n_in, n_out)
        self.norm = nn.LayerNorm(n_out)
        self.activation = nn.GELU()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.activation(self.norm(self.linear(x))))


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features: int = 20, hidden_dim: int = 64, num_classes: int = 3) -> None:
        super().__init__()
        self.config = NetworkConfig(in_features, hidden_dim, num_classes)
        c = self.config
        self.blocks = nn.ModuleList(
            [Block(c.in_features, c.hidden_dim, c.dropout), Block(c.hidden_dim, c.bottleneck, c.dropout)]
        )
        self.head = nn.Linear(c.bottleneck, c.num_classes)

    def forward(self, one_hot: Tensor) -> Tensor:
        hidden = one_hot
        for block in self.blocks:
            hidden = block(hidden)
        return self.head(hidden)


@dataclass
class RunningMean:
    total: float = 0.0
    weight: float = 0.0

    def update(self, value: float, weight: float) -> None:
        self.total += value * weight
        self.weight += weight

    def result(self) -> float:
        return self.total / self.weight if self.weight else 0.0


class MaskedCrossEntropy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.criterion = nn.CrossEntropyLoss(reduction="none")

    def forward(self, logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
        keep = mask.bool()
        if not keep.any():
            return logits.new_zeros(())
        return self.criterion(logits[keep], labels[keep]).mean()


def predict_probabilities(model: nn.Module, one_hot: Tensor) -> Tensor:
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode(False), torch.no_grad():
            return nn.functional.softmax(model(one_hot), dim=-1)
    finally:
        model.train(was_training)


def masked_cross_entropy(logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    return MaskedCrossEntropy()(logits, labels, mask)


def train_epoch(model: nn.Module, loader: Iterable[dict[str, Tensor]], optimizer: torch.optim.Optimizer) -> float:
    model.train()
    meter = RunningMean()
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        meter.update(loss.item(), batch["mask"].sum().item())
    return meter.result()
