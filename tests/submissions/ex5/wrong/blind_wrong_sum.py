"""A slip of the pen in the formula: (tn + fp) stands twice below the line and (tn + fn) not at all.
Loses: formula, large, evaluate
"""

import math

import torch

import lecture


def _list(labels):
    return [int(v) for v in (labels.tolist() if hasattr(labels, "tolist") else labels)]


def confusion_counts(y_true, y_pred):
    t, p = _list(y_true), _list(y_pred)
    if len(t) != len(p):
        raise ValueError("lengths differ")
    tp = sum(a == 1 and b == 1 for a, b in zip(t, p))
    tn = sum(a == 0 and b == 0 for a, b in zip(t, p))
    fp = sum(a == 0 and b == 1 for a, b in zip(t, p))
    fn = sum(a == 1 and b == 0 for a, b in zip(t, p))
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    denominator = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fp))
    if denominator == 0:
        return 0.0
    return (tp * tn - fp * fn) / denominator


def evaluate_classifier(model, loader, device):
    result = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    result["mcc"] = matthews_corrcoef(*confusion_counts(labels, logits.argmax(1)))
    return result


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
