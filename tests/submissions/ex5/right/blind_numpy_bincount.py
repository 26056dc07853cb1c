"""A NumPy person's version: bincount of 2*t+p, products of square roots in float64, a small epsilon against zero."""

import numpy as np
import torch


def _np(a):
    return np.asarray(a.cpu() if torch.is_tensor(a) else a).astype(np.int64)


def confusion_counts(y_true, y_pred):
    t, p = _np(y_true), _np(y_pred)
    if t.shape != p.shape:
        raise ValueError(f"shapes differ: {t.shape} and {p.shape}")
    tn, fp, fn, tp = np.bincount(2 * t + p, minlength=4).tolist()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (float(c) for c in (tp, tn, fp, fn))
    denominator = np.prod(np.sqrt([tp + fp, tp + fn, tn + fp, tn + fn]))
    return float((tp * tn - fp * fn) / (denominator + 1e-12))


def _auc(truth, score):
    positive, negative = score[truth == 1], score[truth == 0]
    if not len(positive) or not len(negative):
        return float("nan")
    wins = positive[:, None] > negative[None, :]
    ties = positive[:, None] == negative[None, :]
    return float(wins.mean() + 0.5 * ties.mean())


@torch.no_grad()
def evaluate_classifier(model, loader, device):
    model.eval()
    logits, truth = [], []
    for batch in loader:
        logits.append(model(batch["sequence"].to(device), batch["mask"].to(device)).cpu().numpy())
        truth.append(batch["label"].cpu().numpy())
    logits, truth = np.concatenate(logits), np.concatenate(truth)
    tp, tn, fp, fn = confusion_counts(truth, logits.argmax(axis=1))
    precision = tp / max(tp + fp, 1)
    recall = tp / max(tp + fn, 1)
    return dict(
        accuracy=(tp + tn) / len(truth),
        precision=precision,
        recall=recall,
        f1=2 * tp / max(2 * tp + fp + fn, 1),
        auc=_auc(truth, logits[:, 1] - logits[:, 0]),
        mcc=matthews_corrcoef(tp, tn, fp, fn),
    )


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return dict(accuracy=(tp + tn) / (tp + tn + fp + fn), mcc=matthews_corrcoef(tp, tn, fp, fn))
