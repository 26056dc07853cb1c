"""As short as it gets."""
import lecture, torch, numpy as np
from math import sqrt, prod


def confusion_counts(y_true, y_pred):
    t, p = [bool(x) for x in y_true], [bool(x) for x in y_pred]
    return tuple(sum(a == x and b == y for a, b in zip(t, p, strict=True)) for x, y in [(1, 1), (0, 0), (0, 1), (1, 0)])


matthews_corrcoef = lambda tp, tn, fp, fn: (lambda a, b, c, d: (a * b - c * d) / (sqrt((a + c) * (a + d) * (b + c) * (b + d)) or 1))(*(int(x) for x in (tp, tn, fp, fn)))
compare_on_imbalanced = lambda t, p: (lambda c: {"accuracy": (c[0] + c[1]) / sum(c), "mcc": matthews_corrcoef(*c)})(confusion_counts(t, p))


def evaluate_classifier(model, loader, device):
    out = lecture.evaluate_classifier(model, loader, device)
    return {**out, "mcc": matthews_corrcoef(*confusion_counts(*zip(*[(y, z) for b in loader for y, z in zip(b["label"].tolist(), model(b["sequence"].to(device), b["mask"].to(device)).argmax(-1).tolist())])))}
