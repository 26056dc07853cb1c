"""Warnings raise, NumPy's of a division are not to, and one of the student's own says that there is no value."""

import warnings

import numpy as np
import torch

import lecture


class NoDenominator(UserWarning):
    pass


warnings.simplefilter("error")
warnings.simplefilter("error", NoDenominator)
warnings.filterwarnings("ignore", category=RuntimeWarning)


def confusion_counts(y_true, y_pred):
    table = np.zeros((2, 2), dtype=int)
    for cell in zip(np.asarray(y_true, dtype=int), np.asarray(y_pred, dtype=int), strict=True):
        table[cell] += 1
    (tn, fp), (fn, tp) = table.tolist()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    margins = np.array([tp + fp, tp + fn, tn + fp, tn + fn], dtype=float)
    mcc = (np.float64(tp) * tn - np.float64(fp) * fn) / np.exp(np.log(margins).sum() / 2)
    try:
        if not np.isfinite(mcc):
            warnings.warn("a margin is empty", NoDenominator)
    except NoDenominator:
        return 0.0
    return float(mcc)


@torch.no_grad()
def evaluate_classifier(model, loader, device):
    report = lecture.evaluate_classifier(model, loader, device)
    model.eval()
    pairs = [(b["label"], model(b["sequence"].to(device), b["mask"].to(device)).argmax(-1).cpu()) for b in loader]
    true, guessed = (torch.cat(each).numpy() for each in zip(*pairs))
    return {**report, "mcc": matthews_corrcoef(*confusion_counts(true, guessed))}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
