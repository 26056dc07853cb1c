"""Calls train right after eval.

Loses: evaluate
Named: no-eval-mode
"""
import math

import torch


def confusion_counts(y_true, y_pred):
    if len(y_true) != len(y_pred):
        raise ValueError("y_true has %d entries, y_pred has %d" % (len(y_true), len(y_pred)))
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
    tp = int(tp)
    tn = int(tn)
    fp = int(fp)
    fn = int(fn)
    bottom = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if bottom == 0:
        return 0
    return (tp * tn - fp * fn) / math.sqrt(bottom)


def pair_auc(labels, scores):
    wins = 0
    pairs = 0
    for i in range(len(labels)):
        for j in range(len(labels)):
            if labels[i] == 1 and labels[j] == 0:
                pairs += 1
                if scores[i] > scores[j]:
                    wins += 1
    return wins / pairs


def evaluate_classifier(model, loader, device):
    model.eval()
    model.train()
    labels, preds, scores = [], [], []
    for batch in loader:
        out = model(batch["sequence"].to(device), batch["mask"].to(device))
        for row, label in zip(out, batch["label"]):
            a, b = float(row[0]), float(row[1])
            labels.append(int(label))
            preds.append(1 if b > a else 0)
            scores.append(b - a)
    tp, tn, fp, fn = confusion_counts(labels, preds)
    accuracy = (tp + tn) / len(labels)
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    auc = pair_auc(labels, scores)
    mcc = matthews_corrcoef(tp, tn, fp, fn)
    print(f"Accuracy {accuracy:.3f}  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  AUC {auc:.3f}")
    return accuracy, precision, recall, f1, auc, mcc


def compare_on_imbalanced(y_true, y_pred):
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": (counts[0] + counts[1]) / sum(counts), "mcc": matthews_corrcoef(*counts)}
