"""When a class is missing, the denominator is zero, and your function divides by it.

Hint: Reread the sheet's part 'The coefficient': what is the MCC if one of the four sums is 0?
Costs: degenerate
May cost: imbalanced, evaluate
"""

import math

import torch
from torch import nn

import lecture


def confusion_counts(y_true, y_pred):
    truth, predicted = torch.as_tensor(y_true).bool(), torch.as_tensor(y_pred).bool()
    if truth.shape != predicted.shape:
        raise ValueError("y_true and y_pred must have the same length")
    kinds = (truth & predicted, ~truth & ~predicted, ~truth & predicted, truth & ~predicted)
    tp, tn, fp, fn = (int(kind.sum()) for kind in kinds)
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (int(count) for count in (tp, tn, fp, fn))
    return (tp * tn - fp * fn) / math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def evaluate_classifier(model, loader, device):
    metrics = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    return metrics | {"mcc": matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=-1)))}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
