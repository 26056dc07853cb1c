"""Pure Python wherever possible: Counter, Decimal, sorting by hand."""

from collections import Counter
from decimal import Decimal, localcontext

import torch


def _as_list(labels):
    if hasattr(labels, "tolist"):       # arrays and tensors, also on the GPU
        labels = labels.tolist()
    return [int(label) for label in labels]


def confusion_counts(y_true, y_pred):
    pairs = Counter(zip(_as_list(y_true), _as_list(y_pred), strict=True))   # strict: ValueError
    return pairs[1, 1], pairs[0, 0], pairs[0, 1], pairs[1, 0]


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (Decimal(int(count)) for count in (tp, tn, fp, fn))
    with localcontext() as context:
        context.prec = 60
        product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        if not product:
            return 0.0
        return float((tp * tn - fp * fn) / product.sqrt())


def _area_under_curve(truth, scores):
    """Mann-Whitney: how often a positive stands above a negative, a tie counts half."""
    positives, negatives = truth.count(1), truth.count(0)
    if positives == 0 or negatives == 0:
        return float("nan")
    below, won = 0, 0.0
    by_score = {}
    for label, score in zip(truth, scores):
        by_score.setdefault(score, [0, 0])[label] += 1
    for score in sorted(by_score):
        zeros, ones = by_score[score]
        won += ones * (below + zeros / 2)
        below += zeros
    return won / (positives * negatives)


def _share(part, whole):
    return part / whole if whole else 0.0


def evaluate_classifier(model, loader, device):
    model.eval()
    truth, predicted, scores = [], [], []
    for batch in loader:
        batch = {key: tensor.to(device) for key, tensor in batch.items()}
        with torch.no_grad():
            logits = model(batch["sequence"], batch["mask"]).double().tolist()
        for (zero, one), label in zip(logits, batch["label"].tolist()):
            truth.append(label)
            predicted.append(1 if one > zero else 0)
            scores.append(one - zero)
    tp, tn, fp, fn = confusion_counts(truth, predicted)
    precision, recall = _share(tp, tp + fp), _share(tp, tp + fn)
    return {
        "accuracy": _share(tp + tn, len(truth)),
        "precision": precision,
        "recall": recall,
        "f1": _share(2 * tp, 2 * tp + fp + fn),
        "auc": _area_under_curve(truth, scores),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": _share(tp + tn, tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
