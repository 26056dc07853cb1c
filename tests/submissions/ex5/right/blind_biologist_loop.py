"""A beginner's version: a for loop with ifs for the counts, math.sqrt, and lecture.evaluate_classifier plus a second pass."""

import math

import torch

import lecture


def confusion_counts(y_true, y_pred):
    if len(y_true) != len(y_pred):
        raise ValueError("y_true and y_pred must have the same length")
    tp = 0
    tn = 0
    fp = 0
    fn = 0
    for i in range(len(y_true)):
        t = int(y_true[i])
        p = int(y_pred[i])
        if t == 1 and p == 1:
            tp += 1
        elif t == 0 and p == 0:
            tn += 1
        elif t == 0 and p == 1:
            fp += 1
        else:
            fn += 1
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if product == 0:
        return 0.0
    return (tp * tn - fp * fn) / math.sqrt(product)


def evaluate_classifier(model, loader, device):
    results = lecture.evaluate_classifier(model, loader, device)
    y_true = []
    y_pred = []
    model.eval()
    with torch.no_grad():
        for batch in loader:
            logits = model(batch["sequence"].to(device), batch["mask"].to(device))
            y_pred.extend(logits.argmax(dim=1).cpu().tolist())
            y_true.extend(batch["label"].tolist())
    results["mcc"] = matthews_corrcoef(*confusion_counts(y_true, y_pred))
    return results


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    accuracy = (tp + tn) / (tp + tn + fp + fn)
    return {"accuracy": accuracy, "mcc": matthews_corrcoef(tp, tn, fp, fn)}
