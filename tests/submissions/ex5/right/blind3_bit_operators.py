"""Right: bool tensors and bit operators, math.prod."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod, sqrt

import lecture
import numpy as np
import torch
from torch import nn

Labels = Sequence[int] | Sequence[bool] | np.ndarray | torch.Tensor
Count = int | np.integer | torch.Tensor
Batch = dict[str, torch.Tensor]


def _as_bool(labels: Labels) -> torch.Tensor:
    return torch.as_tensor(labels).detach().cpu().bool()


def confusion_counts(y_true: Labels, y_pred: Labels) -> tuple[int, int, int, int]:
    """Count the four kinds of prediction, as `(tp, tn, fp, fn)`."""
    truth, predicted = _as_bool(y_true), _as_bool(y_pred)
    if truth.shape != predicted.shape:
        raise ValueError(f"{len(truth)} true classes, but {len(predicted)} predicted ones")
    cells = (truth & predicted, ~truth & ~predicted, ~truth & predicted, truth & ~predicted)
    tp, tn, fp, fn = (int(cell.sum()) for cell in cells)
    return tp, tn, fp, fn


def matthews_corrcoef(tp: Count, tn: Count, fp: Count, fn: Count) -> float:
    """Compute the MCC from the four counts; 0.0 where the denominator is 0."""
    tp, tn, fp, fn = map(int, (tp, tn, fp, fn))
    denominator = prod((tp + fp, tp + fn, tn + fp, tn + fn))
    return (tp * tn - fp * fn) / sqrt(denominator) if denominator else 0.0


def evaluate_classifier(model: nn.Module, loader: Iterable[Batch], device: torch.device | str) -> dict[str, float]:
    """The metrics of `lecture.evaluate_classifier`, and the MCC."""
    _, logits, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    return lecture.evaluate_classifier(model, loader, device) | {
        "mcc": matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=1)))
    }


def compare_on_imbalanced(y_true: Labels, y_pred: Labels) -> dict[str, float]:
    """Compute accuracy and MCC side by side."""
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": sum(counts[:2]) / sum(counts), "mcc": matthews_corrcoef(*counts)}
