"""If a model never says soluble, precision divides by zero. Your function gives no number there.

Hint: Reread the sheet's part 'Evaluating a model': what are precision and F1 if no protein is called soluble?
Costs: evaluate
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
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


def evaluate_classifier(model, loader, device):
    metrics = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    tp, tn, fp, fn = confusion_counts(labels, logits.argmax(dim=-1))
    metrics["precision"] = tp / (tp + fp)
    return metrics | {"mcc": matthews_corrcoef(tp, tn, fp, fn)}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
