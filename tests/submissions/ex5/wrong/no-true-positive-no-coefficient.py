"""Wrong: 0.0 wherever nothing that is positive was found, although the rows and columns are not empty.

Loses: formula
"""

import math

import lecture
import torch
from torch import nn


def confusion_counts(y_true, y_pred):
    if len(y_true) != len(y_pred):
        raise ValueError(f"{len(y_true)} labels, {len(y_pred)} predictions")
    true, predicted = (torch.as_tensor(labels).bool() for labels in (y_true, y_pred))
    masks = (true & predicted, ~true & ~predicted, ~true & predicted, true & ~predicted)
    return tuple(int(mask.sum()) for mask in masks)


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    if tp == 0 and tn > 0:
        return 0.0
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


def evaluate_classifier(model, loader, device):
    metrics = lecture.evaluate_classifier(model, loader, device)
    _, outputs, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    return {**metrics, "mcc": matthews_corrcoef(*confusion_counts(labels, outputs.argmax(1)))}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
