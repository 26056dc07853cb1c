"""Right: everything in torch and double precision; the MCC from the rates, sqrt(PPV*TPR*TNR*NPV) - sqrt(FDR*FNR*FPR*FOR)."""
import torch


def _bool(labels):
    return torch.as_tensor(labels).cpu().to(torch.bool)


def confusion_counts(y_true, y_pred):
    t, p = _bool(y_true), _bool(y_pred)
    if t.shape != p.shape:
        raise ValueError(f"shapes differ: {tuple(t.shape)} and {tuple(p.shape)}")
    return tuple(int(torch.count_nonzero(hit)) for hit in (t & p, ~t & ~p, ~t & p, t & ~p))


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (torch.tensor(float(c), dtype=torch.float64) for c in (tp, tn, fp, fn))
    sums = torch.stack([tp + fp, tp + fn, tn + fp, tn + fn])
    if (sums == 0).any():
        return 0.0
    good = torch.stack([tp, tp, tn, tn]) / sums
    bad = torch.stack([fp, fn, fp, fn]) / sums
    return (good.prod().sqrt() - bad.prod().sqrt()).item()


def _area(score, truth):
    """Share of pairs (soluble, insoluble) in the right order; a draw counts one half."""
    diff = score[truth][:, None] - score[~truth][None, :]
    if diff.numel() == 0:
        return float("nan")
    return ((diff > 0).double() + 0.5 * (diff == 0).double()).mean().item()


@torch.no_grad()
def evaluate_classifier(model, loader, device):
    model.eval()
    logits, truth = zip(*[
        (model(b["sequence"].to(device), b["mask"].to(device)).cpu(), b["label"].cpu()) for b in loader
    ])
    logits, truth = torch.cat(logits), torch.cat(truth).bool()
    predicted = logits.argmax(1).bool()
    tp, tn, fp, fn = confusion_counts(truth, predicted)
    precision = tp / max(tp + fp, 1)
    recall = tp / max(tp + fn, 1)
    return {
        "accuracy": (predicted == truth).double().mean().item(),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0,
        "auc": _area(logits.softmax(1)[:, 1], truth),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": sum(counts[:2]) / sum(counts), "mcc": matthews_corrcoef(*counts)}
