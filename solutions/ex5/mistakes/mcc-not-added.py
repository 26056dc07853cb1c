"""Your function returns metrics, but the MCC is not among them.

Hint: Reread the sheet's part 'Evaluating a model': what are the names of the results?
Costs: evaluate
"""

import math

import torch

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
    return lecture.evaluate_classifier(model, loader, device)


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
