"""Metrics are means over batches.

Loses: evaluate
"""
import math
import statistics
import torch
from sklearn import metrics


def tolist(y):
    return [int(v) for v in (y.tolist() if torch.is_tensor(y) else y)]


def confusion_counts(y_true, y_pred):
    t, p = tolist(y_true), tolist(y_pred)
    if len(t) != len(p):
        raise ValueError("y_true and y_pred must be of the same length")
    tp = sum(a == 1 and b == 1 for a, b in zip(t, p))
    tn = sum(a == 0 and b == 0 for a, b in zip(t, p))
    fp = sum(a == 0 and b == 1 for a, b in zip(t, p))
    fn = sum(a == 1 and b == 0 for a, b in zip(t, p))
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    d = math.sqrt(tp + fp) * math.sqrt(tp + fn) * math.sqrt(tn + fp) * math.sqrt(tn + fn)
    return (tp * tn - fp * fn) / d if d else 0.0


def evaluate_classifier(model, loader, device):
    model.eval()
    rows = []
    for batch in loader:
        with torch.no_grad():
            out = model(batch["sequence"].to(device), batch["mask"].to(device)).cpu()
        y, p, s = batch["label"].cpu().numpy(), out.argmax(1).numpy(), out.softmax(1)[:, 1].numpy()
        tp, tn, fp, fn = confusion_counts(y, p)
        rows.append(
            {
                "accuracy": (tp + tn) / len(y),
                "precision": tp / (tp + fp) if tp + fp else 0.0,
                "recall": tp / (tp + fn) if tp + fn else 0.0,
                "f1": 2 * tp / (2 * tp + fp + fn) if 2 * tp + fp + fn else 0.0,
                "auc": float(metrics.roc_auc_score(y, s)) if 0 < y.sum() < len(y) else 0.5,
                "mcc": matthews_corrcoef(tp, tn, fp, fn),
            }
        )
    return {key: statistics.fmean(row[key] for row in rows) for key in rows[0]}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
