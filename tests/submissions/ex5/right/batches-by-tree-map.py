"""Moves a batch by PyTorch's own map over trees."""

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
    tp, tn, fp, fn = (int(count) for count in (tp, tn, fp, fn))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


from torch.utils._pytree import tree_map


@torch.no_grad()
def evaluate_classifier(model, loader, device):
    """All metrics, once over all proteins."""
    from sklearn import metrics as sk
    model.eval()
    logits, labels = [], []
    for batch in loader:
        batch = tree_map(lambda t: t.to(device), batch)
        logits.append(model(batch["sequence"], batch["mask"]).cpu())
        labels.append(batch["label"].cpu())
    logits, truth = torch.cat(logits), torch.cat(labels).numpy()
    guess = logits.argmax(1).numpy()
    score = logits.softmax(1)[:, 1].numpy()
    return {
        "accuracy": float((guess == truth).mean()),
        "precision": float(sk.precision_score(truth, guess, zero_division=0)),
        "recall": float(sk.recall_score(truth, guess, zero_division=0)),
        "f1": float(sk.f1_score(truth, guess, zero_division=0)),
        "auc": float(sk.roc_auc_score(truth, score)),
        "mcc": matthews_corrcoef(*confusion_counts(truth, guess)),
    }


def compare_on_imbalanced(y_true: Labels, y_pred: Labels) -> dict[str, float]:
    """Accuracy and MCC of the same predictions."""
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
