"""Over-engineered: a frozen dataclass with properties, an accumulator, and type hints everywhere."""
from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Any

import torch
from torch import nn


class Counts(NamedTuple):
    tp: int
    tn: int
    fp: int
    fn: int


@dataclass(frozen=True)
class ConfusionMatrix:
    counts: Counts

    @classmethod
    def of(cls, truth: Any, predicted: Any) -> "ConfusionMatrix":
        truth, predicted = cls._listed(truth), cls._listed(predicted)
        if len(truth) != len(predicted):
            raise ShapeMismatch(len(truth), len(predicted))
        pairs = list(zip(truth, predicted, strict=True))
        return cls(Counts(pairs.count((True, True)), pairs.count((False, False)), pairs.count((False, True)), pairs.count((True, False))))

    @staticmethod
    def _listed(labels: Any) -> list[bool]:
        return [bool(label) for label in (labels.tolist() if hasattr(labels, "tolist") else labels)]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def accuracy(self) -> float:
        return self._share(self.counts.tp + self.counts.tn, self.total)

    @property
    def precision(self) -> float:
        return self._share(self.counts.tp, self.counts.tp + self.counts.fp)

    @property
    def recall(self) -> float:
        return self._share(self.counts.tp, self.counts.tp + self.counts.fn)

    @property
    def f1(self) -> float:
        return self._share(2 * self.counts.tp, 2 * self.counts.tp + self.counts.fp + self.counts.fn)

    @property
    def mcc(self) -> float:
        tp, tn, fp, fn = self.counts
        sums = (tp + fp, tp + fn, tn + fp, tn + fn)
        return 0.0 if 0 in sums else (tp * tn - fp * fn) / math.sqrt(math.prod(sums))

    @staticmethod
    def _share(part: int, whole: int) -> float:
        return part / whole if whole else 0.0


class ShapeMismatch(ValueError):
    def __init__(self, left: int, right: int) -> None:
        super().__init__(f"{left} labels against {right} predictions")


class Evaluator:
    def __init__(self, model: nn.Module, device: torch.device | str) -> None:
        self.model, self.device = model, device
        self.scores: list[float] = []
        self.labels: list[int] = []

    def run(self, loader: Iterable[Mapping[str, torch.Tensor]]) -> "Evaluator":
        was_training = self.model.training
        self.model.eval()
        try:
            with torch.no_grad():
                for batch in loader:
                    logits = self.model(batch["sequence"].to(self.device), batch["mask"].to(self.device))
                    self.scores += torch.sigmoid(logits[:, 1] - logits[:, 0]).tolist()
                    self.labels += batch["label"].tolist()
        finally:
            self.model.train(was_training)
        return self

    def auc(self) -> float:
        order = sorted(range(len(self.scores)), key=self.scores.__getitem__)
        ranks = {item: rank for rank, item in enumerate(order, start=1)}
        positives = [item for item, label in enumerate(self.labels) if label]
        n1, n0 = len(positives), len(self.labels) - len(positives)
        return (sum(ranks[item] for item in positives) - n1 * (n1 + 1) / 2) / (n1 * n0)


def confusion_counts(y_true, y_pred) -> Counts:
    return ConfusionMatrix.of(y_true, y_pred).counts


def matthews_corrcoef(tp, tn, fp, fn) -> float:
    return ConfusionMatrix(Counts(*map(int, (tp, tn, fp, fn)))).mcc


def evaluate_classifier(model, loader, device) -> dict[str, float]:
    evaluator = Evaluator(model, device).run(loader)
    matrix = ConfusionMatrix.of(evaluator.labels, [score > 0.5 for score in evaluator.scores])
    found = {name: getattr(matrix, name) for name in ("accuracy", "precision", "recall", "f1", "mcc")}
    return found | {"auc": evaluator.auc(), "n": matrix.total, "counts": matrix.counts}


def compare_on_imbalanced(y_true, y_pred) -> dict[str, float]:
    matrix = ConfusionMatrix.of(y_true, y_pred)
    return {"accuracy": matrix.accuracy, "mcc": matrix.mcc}
