"""Wrong: compare_on_imbalanced hands scikit-learn's order (tn, fp, fn, tp) to matthews_corrcoef; for a model that always says 1 this still gives 0.0.

Loses: imbalanced
"""
import math

import numpy as np
import torch
from lecture import evaluate, evaluate_classifier as basic_metrics
from sklearn.metrics import confusion_matrix


def _table(y_true, y_pred):
    y_true, y_pred = (y.cpu().numpy() if torch.is_tensor(y) else np.asarray(y) for y in (y_true, y_pred))
    if len(y_true) != len(y_pred):
        raise ValueError("need as many predictions as labels")
    return confusion_matrix(y_true.astype(int), y_pred.astype(int), labels=[0, 1]).ravel().tolist()


def confusion_counts(y_true, y_pred):
    tn, fp, fn, tp = _table(y_true, y_pred)
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (int(n) for n in (tp, tn, fp, fn))
    a, b, c, d = tp + fp, tp + fn, tn + fp, tn + fn
    if 0 in (a, b, c, d):
        return 0.0
    return (tp * tn - fp * fn) / math.sqrt(a * b * c * d)


def evaluate_classifier(model, loader, device):
    result = basic_metrics(model, loader, device)
    _, logits, labels = evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    result["mcc"] = matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=1)))
    return result


def compare_on_imbalanced(y_true, y_pred):
    tn, fp, fn, tp = _table(y_true, y_pred)
    accuracy = (tp + tn) / (tn + fp + fn + tp)
    return {"accuracy": accuracy, "mcc": matthews_corrcoef(tn, fp, fn, tp)}
