"""Exact decimals without the root.

Loses: formula
May lose: large, imbalanced, evaluate
Named: no-square-root
"""
from collections import Counter
from decimal import Decimal, getcontext

import lecture
import torch

getcontext().prec = 50


def as_list(labels):
    return [int(x) for x in labels]


def confusion_counts(y_true, y_pred):
    y_true, y_pred = as_list(y_true), as_list(y_pred)
    if len(y_true) != len(y_pred):
        raise ValueError("lengths %d and %d" % (len(y_true), len(y_pred)))
    c = Counter(zip(y_true, y_pred))
    return c[1, 1], c[0, 0], c[0, 1], c[1, 0]


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (Decimal(int(x)) for x in (tp, tn, fp, fn))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if not product:
        return 0.0
    return float((tp * tn - fp * fn) / product)


def evaluate_classifier(model, loader, device):
    metrics = lecture.evaluate_classifier(model, loader, device)
    loss, logits, labels = lecture.evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    metrics["mcc"] = matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=1)))
    metrics["loss"] = loss
    return metrics


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"mcc": matthews_corrcoef(tp, tn, fp, fn), "accuracy": (tp + tn) / (tp + tn + fp + fn)}
