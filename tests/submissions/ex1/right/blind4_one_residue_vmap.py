"""Exercise 1, one residue at a time: the network is written for a single residue and `vmap`ped over the rest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypedDict, cast

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

CLASSES: Final[int] = 3


class Batch(TypedDict):
    one_hot: Tensor
    labels: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class BatchLoss:
    mean: float
    residues: int

    @property
    def total(self) -> float:
        return self.mean * self.residues


class SecondaryStructureMLP(nn.Module):
    matrices: nn.ParameterList
    offsets: nn.ParameterList

    def __init__(self, in_features: int = 20, hidden_dim: int = 64, num_classes: int = CLASSES) -> None:
        super().__init__()
        widths: list[int] = [in_features, hidden_dim, hidden_dim, num_classes]
        self.matrices = nn.ParameterList(
            nn.init.xavier_normal_(torch.empty(after, before)) for before, after in zip(widths[:-1], widths[1:])
        )
        self.offsets = nn.ParameterList(torch.zeros(width) for width in widths[1:])

    def _one_residue(self, residue: Tensor) -> Tensor:
        values: Tensor = residue
        last: int = len(self.matrices) - 1
        for number, (matrix, offset) in enumerate(zip(self.matrices, self.offsets)):
            values = matrix @ values + offset
            if number < last:
                values = torch.tanh(values)
        return values

    def forward(self, one_hot: Tensor) -> Tensor:
        per_protein = torch.vmap(self._one_residue)
        per_batch = torch.vmap(per_protein)
        return cast(Tensor, per_batch(one_hot))


def predict_probabilities(model: nn.Module, one_hot: Tensor) -> Tensor:
    model.eval()
    with torch.no_grad():
        logits: Tensor = model(one_hot)
    return logits.log_softmax(dim=-1).exp()


def masked_cross_entropy(logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    of_label: Tensor = logits.gather(-1, labels[..., None])[..., 0]
    surprise: Tensor = logits.logsumexp(dim=-1) - of_label
    real: Tensor = mask.bool()
    kept: Tensor = torch.where(real, surprise, torch.zeros_like(surprise))
    return kept.sum() / real.sum().clamp(min=1)


def _updates(model: nn.Module, loader: Iterable[Batch], optimizer: Optimizer) -> Iterator[BatchLoss]:
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        yield BatchLoss(mean=loss.item(), residues=int(batch["mask"].count_nonzero()))


def train_epoch(model: nn.Module, loader: Iterable[Batch], optimizer: Optimizer) -> float:
    model.train(mode=True)
    done: list[BatchLoss] = list(_updates(model, loader, optimizer))
    return math.fsum(update.total for update in done) / sum(update.residues for update in done)
