"""The AUC sorts by the logit of class 1 alone, without the softmax.
Loses: evaluate
Named: auc-from-one-logit
"""

import math

import torch
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_score, recall_score, roc_auc_score


def _cpu(labels):
    return torch.as_tensor(labels).cpu().int().numpy()


def confusion_counts(y_true, y_pred):
    tn, fp, fn, tp = confusion_matrix(_cpu(y_true), _cpu(y_pred), labels=[0, 1]).ravel().tolist()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = map(int, (tp, tn, fp, fn))
    d = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(d) if d else 0.0


def evaluate_classifier(model, loader, device):
    model.eval()
    all_logits, all_labels = [], []
    with torch.no_grad():
        for batch in loader:
            all_logits.append(model(batch["sequence"].to(device), batch["mask"].to(device)).cpu())
            all_labels.append(batch["label"].cpu())
    logits = torch.cat(all_logits)
    y = torch.cat(all_labels).numpy()
    p = logits.argmax(dim=1).numpy()
    return {
        "accuracy": float(accuracy_score(y, p)),
        "precision": float(precision_score(y, p, zero_division=0)),
        "recall": float(recall_score(y, p, zero_division=0)),
        "f1": float(f1_score(y, p, zero_division=0)),
        "auc": float(roc_auc_score(y, logits[:, 1].numpy())),
        "mcc": matthews_corrcoef(*confusion_counts(y, p)),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
