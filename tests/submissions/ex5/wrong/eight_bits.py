"""Products of arrays of 8 bits: fine for ten predictions, and beyond 127 the counts begin again.

Loses: counts
May lose: evaluate, imbalanced
"""
import numpy as np
import torch
from sklearn.metrics import roc_auc_score


def as_bits(labels):
    return np.asarray([int(label) for label in labels], dtype=np.int8)


def confusion_counts(y_true, y_pred):
    t, p = as_bits(y_true), as_bits(y_pred)
    if t.size != p.size:
        raise ValueError("not the same length")
    return int(t @ p), int((1 - t) @ (1 - p)), int((1 - t) @ p), int(t @ (1 - p))


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (int(count) for count in (tp, tn, fp, fn))
    below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / below**0.5 if below else 0.0


@torch.no_grad()
def evaluate_classifier(model, loader, device):
    model.eval()
    logits = torch.cat([model(b["sequence"].to(device), b["mask"].to(device)).cpu() for b in loader])
    truth = torch.cat([b["label"] for b in loader]).numpy()
    tp, tn, fp, fn = confusion_counts(truth, logits.argmax(1).numpy())
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    return {
        "accuracy": (tp + tn) / len(truth),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "auc": float(roc_auc_score(truth, logits.softmax(1)[:, 1].numpy())),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / len(y_true), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
