"""If only one class occurs, scikit-learn's table has one cell, and your function finds no four counts in it.

Hint: Reread the sheet's part 'The four counts': which classes must the table always show?
Costs: counts
May cost: evaluate
"""

import math

from sklearn.metrics import confusion_matrix
from torch import nn

import lecture


def confusion_counts(y_true, y_pred):
    table = confusion_matrix(y_true, y_pred)
    return table[1][1], table[0][0], table[0][1], table[1][0]


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (int(count) for count in (tp, tn, fp, fn))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


def evaluate_classifier(model, loader, device):
    metrics = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, nn.CrossEntropyLoss(), device)
    return metrics | {"mcc": matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=-1)))}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
