"""Your function counts right for some kinds of input, and not for others.

Hint: Reread the list of input kinds in the sheet's part 'The four counts'.
Costs: counts
May cost: imbalanced, evaluate
"""

import math

import numpy as np
from torch import nn

import lecture


def confusion_counts(y_true, y_pred):
    if len(y_true) != len(y_pred):
        raise ValueError("y_true and y_pred must have the same length")
    tp = ((y_true == 1) & (y_pred == 1)).sum()
    tn = ((y_true == 0) & (y_pred == 0)).sum()
    fp = ((y_true == 0) & (y_pred == 1)).sum()
    fn = ((y_true == 1) & (y_pred == 0)).sum()
    return int(tp), int(tn), int(fp), int(fn)


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (int(count) for count in (tp, tn, fp, fn))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


def evaluate_classifier(model, loader, device):
    metrics = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    return metrics | {"mcc": matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=-1)))}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(np.asarray(y_true), np.asarray(y_pred))
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
