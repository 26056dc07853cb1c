"""Exercise 5: the Matthews correlation coefficient (MCC).

Soluble is class 1, the positive class. The sheet (`README.md` in this folder) explains each function.
Check your work with `make check ex5`.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import nn

Labels = Sequence[int] | Sequence[bool] | np.ndarray | torch.Tensor
Count = int | np.integer | torch.Tensor
Batch = dict[str, torch.Tensor]


def confusion_counts(y_true: Labels, y_pred: Labels) -> tuple[int, int, int, int]:
    """Count the four kinds of prediction.

    Args:
        y_true: the true classes, (samples,): a list, tuple, NumPy array or tensor of 0 and 1, or of bool.
        y_pred: the predicted classes, (samples,): the same kinds.

    Returns:
        (tp, tn, fp, fn) as ints, in this order.

    Raises:
        ValueError: `y_true` and `y_pred` have different lengths.
    """
    raise NotImplementedError


def matthews_corrcoef(tp: Count, tn: Count, fp: Count, fn: Count) -> float:
    """Compute the MCC from the four counts.

    Args:
        tp, tn, fp, fn: Python ints, NumPy integers or 0-d tensors. They can be as large as some millions.

    Returns:
        A float from -1 to 1; 0.0 where the denominator is 0.
    """
    raise NotImplementedError


def evaluate_classifier(model: nn.Module, loader: Iterable[Batch], device: torch.device | str) -> dict[str, float]:
    """Compute the metrics of a two-class model over all proteins of a loader.

    Args:
        model: called as `model(sequence, mask)`; returns logits (batch, 2). Column 1 is soluble.
        loader: yields {'sequence': (batch, length) int64, 'mask': (batch, length) float32,
            'label': (batch,) int64}.
        device: where the model is; move each batch there.

    Returns:
        {'accuracy', 'precision', 'recall', 'f1', 'auc', 'mcc'}, each a float.
    """
    raise NotImplementedError


def compare_on_imbalanced(y_true: Labels, y_pred: Labels) -> dict[str, float]:
    """Compute accuracy and MCC side by side.

    Args:
        y_true: the true classes, (samples,), as in `confusion_counts`.
        y_pred: the predicted classes, (samples,), as in `confusion_counts`.

    Returns:
        {'accuracy', 'mcc'}, each a float.
    """
    raise NotImplementedError
