"""Right: a NumPy person; counts by bincount, MCC with integer square root of exact Python ints, AUC from ranks (Mann-Whitney)."""
from math import isqrt

import numpy as np
import torch
from scipy.stats import rankdata


def to_numpy(labels):
    if torch.is_tensor(labels):
        labels = labels.cpu().numpy()
    return np.array(labels, dtype=np.int64).reshape(-1)


def confusion_counts(y_true, y_pred):
    t = to_numpy(y_true)
    p = to_numpy(y_pred)
    if t.size != p.size:
        raise ValueError("y_true and y_pred must have the same length")
    tn, fp, fn, tp = np.bincount(2 * t + p, minlength=4)
    return int(tp), int(tn), int(fp), int(fn)


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if product == 0:
        return 0.0
    scale = 10**24  # isqrt(product * scale**2) is the root with 24 more digits
    return scale * (tp * tn - fp * fn) / isqrt(product * scale**2)


def _auc(truth, score):
    positive = int(truth.sum())
    negative = len(truth) - positive
    if positive == 0 or negative == 0:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[truth == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


def evaluate_classifier(model, loader, device):
    model.eval()
    truth, logits = [], []
    with torch.no_grad():
        for batch in loader:
            out = model(batch["sequence"].to(device), batch["mask"].to(device))
            logits.append(out.cpu().numpy())
            truth.append(batch["label"].cpu().numpy())
    truth = np.concatenate(truth)
    logits = np.concatenate(logits)
    tp, tn, fp, fn = confusion_counts(truth, logits.argmax(axis=1))
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    return {
        "accuracy": (tp + tn) / len(truth),
        "precision": precision,
        "recall": recall,
        "f1": 2 * tp / (2 * tp + fp + fn) if tp else 0.0,
        "auc": _auc(truth, logits[:, 1] - logits[:, 0]),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    return {
        "accuracy": float(np.mean(to_numpy(y_true) == to_numpy(y_pred))),
        "mcc": matthews_corrcoef(*confusion_counts(y_true, y_pred)),
    }
