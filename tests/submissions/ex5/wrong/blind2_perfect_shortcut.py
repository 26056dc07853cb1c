"""Wrong: a shortcut returns 1.0 where there is no mistake and -1.0 where there is no hit, also if only one class exists, where the sheet wants 0.0.

Loses: degenerate
May lose: imbalanced, evaluate
"""
import torch
from lecture import evaluate
from lecture import evaluate_classifier as lecture_evaluate_classifier


def confusion_counts(y_true, y_pred):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    tp = tn = fp = fn = 0
    for t, p in zip(y_true, y_pred):
        if t and p:
            tp += 1
        elif not t and not p:
            tn += 1
        elif p:
            fp += 1
        else:
            fn += 1
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = float(tp), float(tn), float(fp), float(fn)
    if fp == 0 and fn == 0 and tp + tn > 0:
        return 1.0  # perfect
    if tp == 0 and tn == 0 and fp + fn > 0:
        return -1.0  # always wrong
    denominator = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) ** 0.5
    return (tp * tn - fp * fn) / denominator if denominator > 0 else 0.0


def evaluate_classifier(model, loader, device):
    out = lecture_evaluate_classifier(model, loader, device)
    loss, logits, labels = evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    counts = confusion_counts(labels.tolist(), logits.argmax(dim=1).tolist())
    out["mcc"] = matthews_corrcoef(*counts)
    return out


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    accuracy = (tp + tn) / (tp + tn + fp + fn)
    return {"accuracy": accuracy, "mcc": matthews_corrcoef(tp, tn, fp, fn)}
