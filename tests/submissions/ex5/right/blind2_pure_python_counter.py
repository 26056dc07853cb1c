"""Right: pure Python with Counter and zip(strict=True), whose error is a ValueError already; evaluate_classifier returns a tuple."""
from collections import Counter
from math import prod, sqrt

import torch
from lecture import evaluate, evaluate_classifier as first_five
from torch import nn


def confusion_counts(y_true, y_pred):
    pairs = Counter((int(t), int(p)) for t, p in zip(y_true, y_pred, strict=True))
    return pairs[1, 1], pairs[0, 0], pairs[0, 1], pairs[1, 0]


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = map(int, (tp, tn, fp, fn))
    roots = [sqrt(s) for s in (tp + fp, tp + fn, tn + fp, tn + fn)]
    return (tp * tn - fp * fn) / prod(roots) if all(roots) else 0.0


def evaluate_classifier(model, loader, device):
    five = first_five(model, loader, device)
    _, logits, labels = evaluate(model, loader, nn.CrossEntropyLoss(), device)
    predicted = [int(b > a) for a, b in logits.tolist()]
    names = ("accuracy", "precision", "recall", "f1", "auc")
    return (*(five[n] for n in names), matthews_corrcoef(*confusion_counts(labels.tolist(), predicted)))


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return dict(accuracy=(tp + tn) / (tp + tn + fp + fn), mcc=matthews_corrcoef(tp, tn, fp, fn))
