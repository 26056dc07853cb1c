"""Wrong: false positives are found where y_true - y_pred is -1, which unsigned integers never are (they wrap to 255).

Loses: counts
Named: one-kind-of-input
"""
import math

import numpy as np
import torch
from lecture import evaluate, evaluate_classifier as lecture_evaluate


def _np(labels):
    a = labels.cpu().numpy() if isinstance(labels, torch.Tensor) else np.asarray(labels)
    return a.astype(int) if a.dtype == bool else a


def confusion_counts(y_true, y_pred):
    t, p = _np(y_true), _np(y_pred)
    if t.shape != p.shape:
        raise ValueError("different lengths")
    difference = t - p
    fp = int((difference == -1).sum())
    fn = int((difference == 1).sum())
    tp = int((t * p).sum())
    tn = len(t) - tp - fp - fn
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    denominator = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    if denominator == 0:
        return 0.0
    return (tp * tn - fp * fn) / denominator


def evaluate_classifier(model, loader, device):
    scores = lecture_evaluate(model, loader, device)
    _, logits, labels = evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    scores["mcc"] = matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=1)))
    return scores


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
