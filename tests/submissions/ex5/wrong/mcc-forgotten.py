"""The lecture's function as it is.

Loses: evaluate
Named: mcc-not-added
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
    tp, tn, fp, fn = float(tp), float(tn), float(fp), float(fn)
    numerator = tp * tn - fp * fn
    denominator = np.sqrt(tp + fp) * np.sqrt(tp + fn) * np.sqrt(tn + fp) * np.sqrt(tn + fn)
    return numerator / denominator if denominator != 0 else 0.0


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
    return results


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": np.float64((tp + tn) / (tp + tn + fp + fn)), "mcc": np.float64(matthews_corrcoef(tp, tn, fp, fn))}
