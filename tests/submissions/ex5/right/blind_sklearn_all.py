"""scikit-learn for everything that it has, with its table told to show both classes."""

import numpy as np
import torch
from sklearn import metrics


def _array(labels):
    if isinstance(labels, torch.Tensor):
        labels = labels.detach().cpu().numpy()
    return np.asarray(labels).astype(int)


def confusion_counts(y_true, y_pred):
    tn, fp, fn, tp = metrics.confusion_matrix(_array(y_true), _array(y_pred), labels=[0, 1]).ravel()
    return int(tp), int(tn), int(fp), int(fn)


def matthews_corrcoef(tp, tn, fp, fn):
    counts = [float(c) for c in (tp, tn, fp, fn)]
    if sum(counts) == 0:  # scikit-learn refuses weights that are all zero
        return 0.0
    value = metrics.matthews_corrcoef([1, 0, 0, 1], [1, 0, 1, 0], sample_weight=counts)
    return float(value)


def evaluate_classifier(model, loader, device):
    model.eval()
    scores, preds, labels = [], [], []
    with torch.no_grad():
        for batch in loader:
            logits = model(batch["sequence"].to(device), batch["mask"].to(device))
            scores.append(torch.softmax(logits, dim=1)[:, 1].cpu().numpy())
            preds.append(logits.argmax(dim=1).cpu().numpy())
            labels.append(batch["label"].cpu().numpy())
    s, p, y = map(np.concatenate, (scores, preds, labels))
    return {
        "accuracy": float(metrics.accuracy_score(y, p)),
        "precision": float(metrics.precision_score(y, p, zero_division=0)),
        "recall": float(metrics.recall_score(y, p, zero_division=0)),
        "f1": float(metrics.f1_score(y, p, zero_division=0)),
        "auc": float(metrics.roc_auc_score(y, s)) if len(set(y.tolist())) == 2 else float("nan"),
        "mcc": float(metrics.matthews_corrcoef(y, p)),
    }


def compare_on_imbalanced(y_true, y_pred):
    t, p = _array(y_true), _array(y_pred)
    return {"accuracy": float(metrics.accuracy_score(t, p)), "mcc": float(metrics.matthews_corrcoef(t, p))}
