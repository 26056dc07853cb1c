"""zero_grad once, before the loop.

Loses: training
May lose: learns
Named: never-zero-grad
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        return x + self.block(x)


@dataclass
class RunningMean:
    total: float = 0.0
    count: float = 0.0
    history: list[float] = field(default_factory=list)

    def update(self, value: float, n: float) -> None:
        self.history.append(value)
        self.total += value * n
        self.count += n

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features: int = 20, hidden_dim: int = 64, num_classes: int = 3) -> None:
        super().__init__()
        self.stem = nn.Linear(in_features, hidden_dim)
        self.body = Residual(nn.Sequential(nn.LayerNorm(hidden_dim), nn.SiLU(), nn.Linear(hidden_dim, hidden_dim)))
        self.head = nn.Sequential(nn.LayerNorm(hidden_dim), nn.SiLU(), nn.Dropout(0.1), nn.Linear(hidden_dim, num_classes))

    def forward(self, one_hot: Tensor) -> Tensor:
        return self.head(self.body(self.stem(one_hot)))


def predict_probabilities(model: nn.Module, one_hot: Tensor) -> Tensor:
    model.eval()
    with torch.no_grad():
        logits = model(one_hot)
        logits = logits - logits.max(dim=-1, keepdim=True).values
        e = torch.exp(logits)
        return e / e.sum(dim=-1, keepdim=True)


def masked_cross_entropy(logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    log_probabilities = logits.log_softmax(dim=-1)
    picked = log_probabilities.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
    real = mask > 0.5
    chosen = picked.masked_select(real)
    return -chosen.mean() if chosen.numel() else logits.new_zeros(())


def train_epoch(model: nn.Module, loader: Iterable[dict[str, Tensor]], optimizer: torch.optim.Optimizer) -> float:
    model.train()
    mean = RunningMean()
    optimizer.zero_grad()
    for batch in loader:
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        mean.update(loss.item(), batch["mask"].sum().item())
    return mean.mean
