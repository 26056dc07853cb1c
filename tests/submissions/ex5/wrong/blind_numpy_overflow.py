"""Multiplies the four sums as 64-bit integers, which overflow for counts around a million.
Loses: large
Named: overflow
"""

import numpy as np
import torch
from sklearn import metrics


def _numpy(labels):
    if isinstance(labels, torch.Tensor):
        labels = labels.cpu().numpy()
    return np.array(labels).astype(np.int64)


def confusion_counts(y_true, y_pred):
    t, p = _numpy(y_true), _numpy(y_pred)
    if len(t) != len(p):
        raise ValueError("not the same length")
    tp = np.sum((t == 1) & (p == 1))
    tn = np.sum((t == 0) & (p == 0))
    fp = np.sum((t == 0) & (p == 1))
    fn = np.sum((t == 1) & (p == 0))
    return int(tp), int(tn), int(fp), int(fn)


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = np.array([int(tp), int(tn), int(fp), int(fn)], dtype=np.int64)
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if product == 0:
        return 0.0
    return float((tp * tn - fp * fn) / np.sqrt(product))


def evaluate_classifier(model, loader, device):
    model.eval()
    y_true, y_pred, y_prob = [], [], []
    with torch.no_grad():
        for batch in loader:
            logits = model(batch["sequence"].to(device), batch["mask"].to(device))
            y_prob += torch.softmax(logits, dim=1)[:, 1].tolist()
            y_pred += logits.argmax(dim=1).tolist()
            y_true += batch["label"].tolist()
    return {
        "accuracy": float(metrics.accuracy_score(y_true, y_pred)),
        "precision": float(metrics.precision_score(y_true, y_pred, zero_division=0)),
        "recall": float(metrics.recall_score(y_true, y_pred, zero_division=0)),
        "f1": float(metrics.f1_score(y_true, y_pred, zero_division=0)),
        "auc": float(metrics.roc_auc_score(y_true, y_prob)),
        "mcc": matthews_corrcoef(*confusion_counts(y_true, y_pred)),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
