"""Accuracy in percent.

Loses: imbalanced
"""
import lecture
import torch
from collections import Counter
from torch import nn


def numbers(y):
    return [int(v) for v in (y.tolist() if hasattr(y, "tolist") else y)]


def confusion_counts(y_true, y_pred):
    t, p = numbers(y_true), numbers(y_pred)
    if len(t) != len(p):
        raise ValueError(f"{len(t)} != {len(p)}")
    c = Counter(zip(t, p))
    return c[1, 1], c[0, 0], c[0, 1], c[1, 0]


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = map(int, (tp, tn, fp, fn))
    d = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / d**0.5 if d else 0.0


def evaluate_classifier(model, loader, device):
    scores = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    scores["mcc"] = matthews_corrcoef(*confusion_counts(labels, logits.argmax(1)))
    return scores


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    accuracy = 100 * (tp + tn) / (tp + tn + fp + fn)
    return {"accuracy": accuracy, "mcc": matthews_corrcoef(tp, tn, fp, fn)}
