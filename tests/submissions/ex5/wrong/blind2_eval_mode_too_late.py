"""Wrong: the predictions for the MCC are made before the lecture's function puts the model into evaluation mode, so dropout may still be on.

Loses: evaluate
Named: no-eval-mode
"""
from math import sqrt

import numpy as np
import torch
from lecture import evaluate_classifier as lecture_evaluate


def confusion_counts(y_true, y_pred):
    as_bool = lambda y: np.asarray(y.cpu() if torch.is_tensor(y) else y).astype(bool)
    t, p = as_bool(y_true), as_bool(y_pred)
    if len(t) != len(p):
        raise ValueError(f"{len(t)} != {len(p)}")
    return int((t & p).sum()), int((~t & ~p).sum()), int((~t & p).sum()), int((t & ~p).sum())


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    under = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return 0.0 if under == 0 else (tp * tn - fp * fn) / sqrt(under)


def evaluate_classifier(model, loader, device):
    truth, predicted = [], []
    with torch.no_grad():
        for batch in loader:
            logits = model(batch["sequence"].to(device), batch["mask"].to(device))
            predicted.extend(logits.argmax(dim=1).tolist())
            truth.extend(batch["label"].tolist())
    metrics = lecture_evaluate(model, loader, device)
    metrics["mcc"] = matthews_corrcoef(*confusion_counts(truth, predicted))
    return metrics


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
