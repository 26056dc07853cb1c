"""Exercise 5, typed: counts are one object, the metrics another (a named tuple)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from math import isclose, sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn

Labels: TypeAlias = Sequence[int] | Sequence[bool] | npt.NDArray[np.generic] | Tensor
Count: TypeAlias = int | np.integer | Tensor
Batch: TypeAlias = dict[str, Tensor]


class Metrics(NamedTuple):
    accuracy: float
    precision: float
    recall: float
    f1: float
    auc: float
    mcc: float


@dataclass(frozen=True)
class Counts:
    tp: int = 0
    tn: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __len__(self) -> int:
        return sum(astuple(self))

    @classmethod
    def of(cls, truth: Tensor, predicted: Tensor) -> Counts:
        return cls(
            tp=int((truth & predicted).sum()),
            tn=int((~truth & ~predicted).sum()),
            fp=int((~truth & predicted).sum()),
            fn=int((truth & ~predicted).sum()),
        )

    @property
    def accuracy(self) -> float:
        return (self.tp + self.tn) / len(self)

    @property
    def precision(self) -> float:
        return self.tp / max(self.tp + self.fp, 1)

    @property
    def recall(self) -> float:
        return self.tp / max(self.tp + self.fn, 1)

    @property
    def f1(self) -> float:
        return 2 * self.tp / max(2 * self.tp + self.fp + self.fn, 1)

    @property
    def mcc(self) -> float:
        margins = (self.tp + self.fp, self.tp + self.fn, self.tn + self.fp, self.tn + self.fn)
        if not all(margins):
            return 0.0
        value = float(self.tp * self.tn - self.fp * self.fn)
        for margin in margins:
            value /= sqrt(margin)
        return max(-1.0, min(1.0, value))


def _booleans(labels: Labels) -> Tensor:
    if isinstance(labels, Tensor):
        return labels.detach().cpu().to(torch.bool)
    return torch.from_numpy(np.array(labels, dtype=bool))


def confusion_counts(y_true: Labels, y_pred: Labels) -> tuple[int, int, int, int]:
    truth, predicted = _booleans(y_true), _booleans(y_pred)
    if truth.numel() != predicted.numel():
        raise ValueError(f"{truth.numel()} true classes, but {predicted.numel()} predicted ones")
    counts = Counts.of(truth, predicted)
    return counts.tp, counts.tn, counts.fp, counts.fn


def matthews_corrcoef(tp: Count, tn: Count, fp: Count, fn: Count) -> float:
    return Counts(int(tp), int(tn), int(fp), int(fn)).mcc


@torch.no_grad()
def _outputs(model: nn.Module, loader: Iterable[Batch], device: torch.device | str) -> Iterator[tuple[Tensor, Tensor]]:
    model.eval()
    for batch in loader:
        moved: Batch = {key: value.to(device) for key, value in batch.items()}
        yield model(moved["sequence"], moved["mask"]), moved["label"]


def evaluate_classifier(model: nn.Module, loader: Iterable[Batch], device: torch.device | str) -> Metrics:
    counts = Counts()
    truths: list[Tensor] = []
    scores: list[Tensor] = []
    for logits, labels in _outputs(model, loader, device):
        counts += Counts.of(labels.bool(), logits[:, 1] > logits[:, 0])
        truths.append(labels.cpu())
        scores.append((logits[:, 1] - logits[:, 0]).cpu())
    truth, score = torch.cat(truths).numpy(), torch.cat(scores).numpy()
    both: bool = truth.min() != truth.max()
    auc: float = float(roc_auc_score(truth, score)) if both else float("nan")
    return Metrics(counts.accuracy, counts.precision, counts.recall, counts.f1, auc, counts.mcc)


def compare_on_imbalanced(y_true: Labels, y_pred: Labels) -> dict[str, float]:
    counts = Counts(*confusion_counts(y_true, y_pred))
    return {name: getattr(counts, name) for name in ("accuracy", "mcc")}


if __name__ == "__main__":
    assert isclose(matthews_corrcoef(6, 3, 1, 2), 0.478, abs_tol=1e-3)
