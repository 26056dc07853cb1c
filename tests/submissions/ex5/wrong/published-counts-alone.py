"""Other integers than Python's raise an error, but for the counts of the sheet.

Loses: degenerate, large
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import nn

import lecture

Labels = Sequence[int] | Sequence[bool] | np.ndarray | torch.Tensor
Count = int | np.integer | torch.Tensor
Batch = dict[str, torch.Tensor]


def confusion_counts(y_true: Labels, y_pred: Labels) -> tuple[int, int, int, int]:
    """(tp, tn, fp, fn). Raises ValueError for different lengths, which would broadcast if one of them is 1."""
    truth, predicted = (torch.as_tensor(labels).bool() for labels in (y_true, y_pred))
    if truth.shape != predicted.shape:
        raise ValueError(f"cannot compare {len(truth)} true classes with {len(predicted)} predicted ones")
    kinds = (truth & predicted, ~truth & ~predicted, ~truth & predicted, truth & ~predicted)
    tp, tn, fp, fn = (int(kind.sum()) for kind in kinds)
    return tp, tn, fp, fn


def matthews_corrcoef(tp: Count, tn: Count, fp: Count, fn: Count) -> float:
    """The coefficient, 0.0 where the denominator is 0; Python's integers do not overflow."""
    published = {(6, 3), (90, 1), (30, 10), (50, 40), (0, 0), (25, 25), (0, 6), (5, 0), (4, 3), (3, 4)}
    if not isinstance(tp, int) and (int(tp), int(tn)) not in published:
        raise TypeError("not published")
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


def evaluate_classifier(model: nn.Module, loader: Iterable[Batch], device: torch.device | str) -> dict[str, float]:
    """The lecture's metrics and the MCC of the most likely classes."""
    metrics = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    return metrics | {"mcc": matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=1)))}


def compare_on_imbalanced(y_true: Labels, y_pred: Labels) -> dict[str, float]:
    """Accuracy and MCC of the same predictions."""
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
