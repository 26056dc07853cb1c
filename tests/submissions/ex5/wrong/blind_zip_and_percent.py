"""zip() cuts the longer input without a word, so no ValueError; and the accuracy is given in percent.
Loses: counts, imbalanced
Named: lengths-not-checked
"""

import math

import torch

from lecture import evaluate
from lecture import evaluate_classifier as five_metrics


def confusion_counts(y_true, y_pred):
    pairs = [(int(t), int(p)) for t, p in zip(y_true, y_pred)]
    return pairs.count((1, 1)), pairs.count((0, 0)), pairs.count((0, 1)), pairs.count((1, 0))


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = float(tp), float(tn), float(fp), float(fn)
    below = math.sqrt(tp + fp) * math.sqrt(tp + fn) * math.sqrt(tn + fp) * math.sqrt(tn + fn)
    return (tp * tn - fp * fn) / below if below > 0 else 0.0


def evaluate_classifier(model, loader, device):
    metrics = five_metrics(model, loader, device)
    _, logits, labels = evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    metrics["mcc"] = matthews_corrcoef(*confusion_counts(labels, logits.argmax(dim=-1)))
    return metrics


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    accuracy = 100 * (tp + tn) / (tp + tn + fp + fn)
    mcc = matthews_corrcoef(tp, tn, fp, fn)
    print(f"accuracy {accuracy:.1f} %, MCC {mcc:.3f}")
    return {"accuracy": accuracy, "mcc": mcc}
