"""1.0 for a perfect set of one class.

Loses: degenerate
"""
from dataclasses import dataclass
from math import sqrt

import lecture
import torch


@dataclass
class Table:
    tp: int = 0
    tn: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, truth, predicted):
        name = ("t" if truth == predicted else "f") + ("p" if predicted else "n")
        setattr(self, name, getattr(self, name) + 1)


def confusion_counts(y_true, y_pred):
    if len(y_true) != len(y_pred):
        raise ValueError("not the same length")
    table = Table()
    for truth, predicted in zip(y_true, y_pred):
        table.add(bool(truth), bool(predicted))
    return table.tp, table.tn, table.fp, table.fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if below == 0:
        # no denominator: everything right is a perfect model, otherwise it is guessing
        return 1.0 if fp == 0 and fn == 0 else 0.0
    return (tp * tn - fp * fn) / sqrt(below)


def evaluate_classifier(model, loader, device):
    result = lecture.evaluate_classifier(model, loader, device)
    model.eval()
    table = Table()
    with torch.no_grad():
        for batch in loader:
            out = model(batch["sequence"].to(device), batch["mask"].to(device))
            for truth, logits in zip(batch["label"].tolist(), out.tolist()):
                table.add(truth == 1, logits[1] > logits[0])
    return result | {"mcc": matthews_corrcoef(table.tp, table.tn, table.fp, table.fn)}


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
