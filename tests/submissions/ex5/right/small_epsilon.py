"""A tiny number in the denominator instead of a test; a deep copy is evaluated."""
import copy

import torch
from scipy.special import expit
from scipy.stats import rankdata


def confusion_counts(y_true, y_pred):
    y_true = torch.as_tensor(y_true).flatten() > 0
    y_pred = torch.as_tensor(y_pred).flatten() > 0
    if y_true.size(0) != y_pred.size(0):
        raise ValueError("not the same number of samples")
    hit = y_true == y_pred
    return [int((hit & y_pred).sum()), int((hit & ~y_pred).sum()), int((~hit & y_pred).sum()), int((~hit & ~y_pred).sum())]


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    return (tp * tn - fp * fn) / (((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) ** 0.5 + 1e-12)


def evaluate_classifier(model, loader, device):
    twin = copy.deepcopy(model).to(device).eval()
    gains, truth = [], []
    for batch in loader:
        logits = twin(batch["sequence"].to(device), batch["mask"].to(device)).detach().cpu()
        gains += (logits[:, 1] - logits[:, 0]).tolist()
        truth += batch["label"].tolist()
    chance = expit(gains)
    tp, tn, fp, fn = confusion_counts(truth, [p > 0.5 for p in chance])
    ranks = rankdata(chance)
    soluble = sum(truth)
    auc = (sum(r for r, t in zip(ranks, truth) if t) - soluble * (soluble + 1) / 2) / (soluble * (len(truth) - soluble))
    return {
        "accuracy": (tp + tn) / len(truth),
        "precision": tp / max(1, tp + fp),
        "recall": tp / max(1, tp + fn),
        "f1": 2 * tp / max(1, 2 * tp + fp + fn),
        "auc": auc,
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    c = confusion_counts(y_true, y_pred)
    return {"accuracy": (c[0] + c[1]) / sum(c), "mcc": matthews_corrcoef(*c)}
