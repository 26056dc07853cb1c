"""The root of the product as half a sum of logarithms."""
import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score


def confusion_counts(y_true, y_pred):
    if len(y_true) != len(y_pred):
        raise ValueError
    code = 2 * np.asarray(y_true, dtype=int) + np.asarray(y_pred, dtype=int)
    tn, fp, fn, tp = np.bincount(code, minlength=4)
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = map(int, (tp, tn, fp, fn))
    sums = [tp + fp, tp + fn, tn + fp, tn + fn]
    if min(sums) == 0:
        return 0.0
    log_root = 0.5 * sum(math.log(s) for s in sums)
    # two terms, so that neither product has to be formed
    first = math.exp(math.log(tp) + math.log(tn) - log_root) if tp and tn else 0.0
    second = math.exp(math.log(fp) + math.log(fn) - log_root) if fp and fn else 0.0
    return first - second


def evaluate_classifier(model, loader, device):
    model.eval()
    all_log_probs, all_labels = [], []
    with torch.no_grad():
        for batch in loader:
            all_log_probs.append(F.log_softmax(model(batch["sequence"].to(device), batch["mask"].to(device)), dim=1).cpu())
            all_labels.append(batch["label"])
    log_probs, labels = torch.cat(all_log_probs), torch.cat(all_labels)
    tp, tn, fp, fn = confusion_counts(labels, log_probs.argmax(1))
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    return {
        "accuracy": (tp + tn) / len(labels),
        "precision": p,
        "recall": r,
        "f1": 2 * p * r / (p + r) if p + r else 0.0,
        "auc": roc_auc_score(labels, log_probs[:, 1]),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / len(y_true), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
