"""Catches ZeroDivisionError, which NumPy floats never raise.

Loses: degenerate
May lose: imbalanced, evaluate
Named: nan-on-degenerate
"""
import numpy as np
import torch
from lecture import evaluate_classifier as lecture_evaluate


def confusion_counts(y_true, y_pred):
    y_true, y_pred = np.array(y_true), np.array(y_pred)
    if y_true.shape != y_pred.shape:
        raise ValueError("y_true and y_pred must have the same shape")
    tp = np.count_nonzero((y_true == 1) & (y_pred == 1))
    tn = np.count_nonzero((y_true == 0) & (y_pred == 0))
    fp = np.count_nonzero((y_true == 0) & (y_pred == 1))
    fn = np.count_nonzero((y_true == 1) & (y_pred == 0))
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = np.float64(tp), np.float64(tn), np.float64(fp), np.float64(fn)
    try:
        return (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    except ZeroDivisionError:
        return 0.0


def evaluate_classifier(model, loader, device):
    results = lecture_evaluate(model, loader, device)
    model.eval()
    y_true, y_pred = [], []
    with torch.no_grad():
        for batch in loader:
            batch = {key: value.to(device) for key, value in batch.items()}
            logits = model(batch["sequence"], batch["mask"])
            y_pred.append(logits.argmax(dim=1))
            y_true.append(batch["label"])
    results["mcc"] = matthews_corrcoef(*confusion_counts(torch.cat(y_true).cpu(), torch.cat(y_pred).cpu()))
    return results


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": np.float64((tp + tn) / (tp + tn + fp + fn)), "mcc": np.float64(matthews_corrcoef(tp, tn, fp, fn))}
