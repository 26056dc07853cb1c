"""Takes the size of the coefficient.

Loses: formula
May lose: evaluate
"""
import numpy as np
import torch
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score


def confusion_counts(y_true, y_pred):
    y_true = [int(v) for v in np.ravel(y_true)]
    y_pred = [int(v) for v in np.ravel(y_pred)]
    assert_same_length(y_true, y_pred)
    tp = sum(1 for t, p in zip(y_true, y_pred) if t == 1 and p == 1)
    tn = sum(1 for t, p in zip(y_true, y_pred) if t == 0 and p == 0)
    fp = sum(1 for t, p in zip(y_true, y_pred) if t == 0 and p == 1)
    fn = len(y_true) - tp - tn - fp
    return tp, tn, fp, fn


def assert_same_length(a, b):
    if len(a) != len(b):
        raise ValueError(f"expected the same length, got {len(a)} and {len(b)}")


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = [float(v) for v in (tp, tn, fp, fn)]
    if 0 in (tp + fp, tp + fn, tn + fp, tn + fn):
        return 0.0
    ppv, tpr, tnr, npv = tp / (tp + fp), tp / (tp + fn), tn / (tn + fp), tn / (tn + fn)
    return abs(np.sqrt(ppv * tpr * tnr * npv) - np.sqrt((1 - ppv) * (1 - tpr) * (1 - tnr) * (1 - npv)))


def evaluate_classifier(model, loader, device):
    model.eval()
    logits = []
    labels = []
    for batch in loader:
        batch = {k: v.to(device) for k, v in batch.items()}
        with torch.no_grad():
            logits.append(model(batch["sequence"], batch["mask"]).cpu().numpy())
        labels.append(batch["label"].cpu().numpy())
    logits = np.vstack(logits)
    y = np.hstack(labels)
    y_hat = logits.argmax(axis=1)
    scores = {"auc": roc_auc_score(y, logits[:, 1] - logits[:, 0])}
    for name, function in [("precision", precision_score), ("recall", recall_score), ("f1", f1_score)]:
        scores[name] = function(y, y_hat, zero_division=0)
    scores["accuracy"] = accuracy_score(y, y_hat)
    scores["mcc"] = matthews_corrcoef(*confusion_counts(y, y_hat))
    return scores


def compare_on_imbalanced(y_true, y_pred):
    acc = accuracy_score(y_true, y_pred)
    mcc = matthews_corrcoef(*confusion_counts(y_true, y_pred))
    return {"accuracy": acc, "mcc": mcc}
