"""Returns scikit-learn's order.

Loses: counts
May lose: imbalanced, evaluate
Named: counts-out-of-order
"""
import numpy as np
import torch
from sklearn import metrics


def confusion_counts(y_true, y_pred):
    table = metrics.confusion_matrix(y_true, y_pred, labels=[0, 1])
    tn, fp, fn, tp = table.ravel()
    return tn, fp, fn, tp


def matthews_corrcoef(tp, tn, fp, fn):
    counts = [int(tp), int(tn), int(fp), int(fn)]
    y_true = np.repeat([1, 0, 0, 1], counts)
    y_pred = np.repeat([1, 0, 1, 0], counts)
    return metrics.matthews_corrcoef(y_true, y_pred)


def evaluate_classifier(model, loader, device):
    model.to(device).eval()
    scores, y_pred, y_true = [], [], []
    for batch in loader:
        with torch.inference_mode():
            logits = model(batch["sequence"].to(device), mask=batch["mask"].to(device))
        scores.extend(logits.softmax(1)[:, 1].tolist())
        y_pred.extend(logits.argmax(1).tolist())
        y_true.extend(batch["label"].tolist())
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(y_true, y_pred, average="binary")
    return dict(
        accuracy=metrics.accuracy_score(y_true, y_pred),
        precision=precision,
        recall=recall,
        f1=f1,
        auc=metrics.roc_auc_score(y_true, scores),
        mcc=metrics.matthews_corrcoef(y_true, y_pred),
    )


def compare_on_imbalanced(y_true, y_pred):
    return {"accuracy": metrics.accuracy_score(y_true, y_pred), "mcc": metrics.matthews_corrcoef(y_true, y_pred)}
