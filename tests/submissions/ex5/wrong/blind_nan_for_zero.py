"""NumPy's float division without a check: the MCC is NaN where the denominator is 0.
Loses: degenerate, evaluate, imbalanced
Named: nan-on-degenerate
"""

import numpy as np
import torch

import lecture


def confusion_counts(y_true, y_pred):
    y_true = np.array([int(v) for v in y_true])
    y_pred = np.array([int(v) for v in y_pred])
    if y_true.size != y_pred.size:
        raise ValueError("y_true and y_pred differ in length")
    tp = int(((y_true == 1) * (y_pred == 1)).sum())
    tn = int(((y_true == 0) * (y_pred == 0)).sum())
    fp = int(((y_true == 0) * (y_pred == 1)).sum())
    fn = int(((y_true == 1) * (y_pred == 0)).sum())
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = np.float64(int(tp)), np.float64(int(tn)), np.float64(int(fp)), np.float64(int(fn))
    with np.errstate(all="ignore"):
        return float((tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


def evaluate_classifier(model, loader, device):
    _, logits, labels = lecture.evaluate(model, loader, torch.nn.functional.cross_entropy, device)
    counts = confusion_counts(labels, logits.argmax(dim=1))
    return {**lecture.evaluate_classifier(model, loader, device), "mcc": matthews_corrcoef(*counts)}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
