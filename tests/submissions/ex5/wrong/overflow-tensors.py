"""Integer tensors until the root.

Loses: large
May lose: formula, degenerate, imbalanced, evaluate
Named: overflow
"""
import torch
from torch import Tensor


def confusion_counts(y_true, y_pred):
    t = torch.as_tensor(y_true).to(torch.int64)
    p = torch.as_tensor(y_pred).to(torch.int64)
    if t.numel() != p.numel():
        raise ValueError("shapes differ")
    return (t * p).sum(), ((1 - t) * (1 - p)).sum(), ((1 - t) * p).sum(), (t * (1 - p)).sum()


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (torch.as_tensor(v) for v in (tp, tn, fp, fn))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if product == 0:
        return 0.0
    return ((tp * tn - fp * fn) / product.float().sqrt()).item()


@torch.no_grad()
def evaluate_classifier(model, loader, device):
    model.eval()
    out = [(model(b["sequence"].to(device), b["mask"].to(device)).double(), b["label"].to(device)) for b in loader]
    logits, y = torch.cat([o[0] for o in out]), torch.cat([o[1] for o in out])
    score = logits.softmax(dim=-1)[:, 1]
    pred = (score >= 0.5).long()
    tp, tn, fp, fn = confusion_counts(y, pred)
    pos, neg = score[y == 1], score[y == 0]
    zero = torch.tensor(0.0)
    precision = tp / (tp + fp) if tp + fp else zero
    recall = tp / (tp + fn) if tp + fn else zero
    return {
        "accuracy": (tp + tn) / len(y),
        "precision": precision,
        "recall": recall,
        "f1": 2 * tp / (2 * tp + fp + fn),
        "auc": (pos[:, None] > neg[None, :]).double().mean(),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
