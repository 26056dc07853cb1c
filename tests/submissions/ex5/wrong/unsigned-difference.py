"""0 - 1 is 255 in eight unsigned bits.

Loses: counts
Named: one-kind-of-input
"""
import math

import lecture
import numpy as np
import torch


def _to_array(labels):
    if isinstance(labels, torch.Tensor):
        labels = labels.detach().cpu().numpy()
    return np.asarray(labels) * 1


def confusion_counts(y_true, y_pred):
    y_true, y_pred = _to_array(y_true), _to_array(y_pred)
    if y_true.size != y_pred.size:
        raise ValueError("y_true and y_pred need one entry per protein each")
    difference = y_pred - y_true
    tp = int((y_true * y_pred).sum())
    fp = int((difference == 1).sum())
    fn = int((difference == -1).sum())
    tn = int(y_true.size - tp - fp - fn)
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    """Covariance of two 0/1 variables, over their standard deviations."""
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    n = tp + tn + fp + fn
    p_true, p_pred = (tp + fn) / n, (tp + fp) / n
    variance = p_true * (1 - p_true) * p_pred * (1 - p_pred)
    if math.isclose(variance, 0.0, abs_tol=1e-30):
        return 0.0
    return (tp / n - p_true * p_pred) / math.sqrt(variance)


class _Eval:
    """A context in which a model is in evaluation mode."""

    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.before = self.model.training
        self.model.eval()

    def __exit__(self, *exc):
        self.model.train(self.before)


def evaluate_classifier(model, loader, device):
    result = dict(lecture.evaluate_classifier(model, loader, device))
    predicted, labels = [], []
    with _Eval(model), torch.no_grad():
        for batch in loader:
            predicted.append(model(batch["sequence"].to(device), batch["mask"].to(device)).max(dim=1).indices)
            labels.append(batch["label"])
    result["mcc"] = matthews_corrcoef(*confusion_counts(torch.cat(labels), torch.cat(predicted)))
    return result


def compare_on_imbalanced(y_true, y_pred):
    y_true, y_pred = _to_array(y_true), _to_array(y_pred)
    return {"accuracy": float((y_true == y_pred).mean()), "mcc": float(matthews_corrcoef(*confusion_counts(y_true, y_pred)))}
