"""Wrong: the counts are not turned into Python ints, so the product overflows for NumPy integers and tensors around a million (Python ints are right).

Loses: large
Named: overflow
May lose: formula
"""
import math

import numpy as np
import torch
from lecture import evaluate, evaluate_classifier as five_metrics
from sklearn.metrics import confusion_matrix


def confusion_counts(y_true, y_pred):
    y_true = y_true.cpu().tolist() if torch.is_tensor(y_true) else np.asarray(y_true).tolist()
    y_pred = y_pred.cpu().tolist() if torch.is_tensor(y_pred) else np.asarray(y_pred).tolist()
    if len(y_true) != len(y_pred):
        raise ValueError("y_true and y_pred differ in length")
    y_true = [int(v) for v in y_true]
    y_pred = [int(v) for v in y_pred]
    (tn, fp), (fn, tp) = confusion_matrix(y_true, y_pred, labels=[0, 1])
    return int(tp), int(tn), int(fp), int(fn)


def matthews_corrcoef(tp, tn, fp, fn):
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if product == 0:
        return 0.0
    mcc = (tp * tn - fp * fn) / math.sqrt(abs(product))
    return float(mcc)


def evaluate_classifier(model, loader, device):
    metrics = five_metrics(model, loader, device)
    _, logits, labels = evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    metrics["mcc"] = matthews_corrcoef(*confusion_counts(labels, logits.argmax(-1)))
    return metrics


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
