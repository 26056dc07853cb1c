"""Warnings are told to raise, and NumPy's about a division by zero is caught."""

import warnings

import numpy as np
import torch
from sklearn.metrics import accuracy_score, confusion_matrix

import lecture

warnings.filterwarnings("error")


def confusion_counts(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.shape != y_pred.shape:
        raise ValueError(f"shapes differ: {y_true.shape} and {y_pred.shape}")
    tn, fp, fn, tp = confusion_matrix(y_true, y_pred, labels=[0, 1]).ravel().tolist()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (np.float64(int(count)) for count in (tp, tn, fp, fn))
    try:
        return float((tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
    except RuntimeWarning:
        return 0.0


def evaluate_classifier(model, loader, device):
    metrics = lecture.evaluate_classifier(model, loader, device)
    model.eval()
    truth, guesses = [], []
    with torch.no_grad():
        for batch in loader:
            logits = model(batch["sequence"].to(device), batch["mask"].to(device))
            guesses += logits.argmax(1).cpu().tolist()
            truth += batch["label"].cpu().tolist()
    metrics["mcc"] = matthews_corrcoef(*confusion_counts(truth, guesses))
    return metrics


def compare_on_imbalanced(y_true, y_pred):
    return {
        "accuracy": float(accuracy_score(y_true, y_pred)),
        "mcc": matthews_corrcoef(*confusion_counts(y_true, y_pred)),
    }
