"""Right: library functions wherever possible; sklearn's table with labels=[0, 1], and sklearn's MCC with the counts as sample weights."""

import numpy as np
import torch
from lecture import evaluate, evaluate_classifier as lecture_metrics
from sklearn import metrics


def _array(labels):
    if isinstance(labels, torch.Tensor):
        labels = labels.detach().cpu().numpy()
    return np.asarray(labels).astype(int)


def confusion_counts(y_true, y_pred):
    t, p = _array(y_true), _array(y_pred)
    if len(t) != len(p):
        raise ValueError(f"{len(t)} true labels but {len(p)} predictions")
    if len(t) == 0:
        return 0, 0, 0, 0
    tn, fp, fn, tp = metrics.confusion_matrix(t, p, labels=[0, 1]).ravel().tolist()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    weights = tp, tn, fp, fn = [float(c) for c in (tp, tn, fp, fn)]
    if 0.0 in (tp + fp, tp + fn, tn + fp, tn + fn):
        return 0.0
    return float(metrics.matthews_corrcoef([1, 0, 0, 1], [1, 0, 1, 0], sample_weight=weights))


def evaluate_classifier(model, loader, device):
    result = lecture_metrics(model, loader, device)
    _, logits, labels = evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    result["mcc"] = float(metrics.matthews_corrcoef(labels.numpy(), logits.argmax(dim=1).numpy()))
    return result


def compare_on_imbalanced(y_true, y_pred):
    t, p = _array(y_true), _array(y_pred)
    return {"accuracy": float(metrics.accuracy_score(t, p)), "mcc": matthews_corrcoef(*confusion_counts(t, p))}
