"""A PyTorch person's version: everything as tensors, AUC from SciPy's ranks; evaluate_classifier returns a tuple of six."""

import torch
from scipy.stats import rankdata


def _bools(labels):
    return torch.as_tensor(labels).bool().cpu()


def confusion_counts(y_true, y_pred):
    t, p = _bools(y_true), _bools(y_pred)
    if t.numel() != p.numel():
        raise ValueError("different lengths")
    return (
        (t & p).sum().item(),
        (~t & ~p).sum().item(),
        (~t & p).sum().item(),
        (t & ~p).sum().item(),
    )


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = torch.tensor([int(tp), int(tn), int(fp), int(fn)], dtype=torch.float64)
    sums = torch.stack([tp + fp, tp + fn, tn + fp, tn + fn])
    if (sums == 0).any():
        return 0.0
    return ((tp * tn - fp * fn) / sums.prod().sqrt()).item()


def evaluate_classifier(model, loader, device):
    model.eval()
    outputs, labels = [], []
    with torch.no_grad():
        for batch in loader:
            outputs.append(model(batch["sequence"].to(device), batch["mask"].to(device)))
            labels.append(batch["label"].to(device))
    outputs, labels = torch.cat(outputs), torch.cat(labels)
    tp, tn, fp, fn = confusion_counts(labels, outputs.argmax(-1))
    accuracy = (tp + tn) / len(labels)
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    ranks = torch.from_numpy(rankdata(outputs.softmax(-1)[:, 1].cpu().numpy()))
    pos, neg = tp + fn, tn + fp
    u = ranks[labels.cpu() == 1].sum().item() - pos * (pos + 1) / 2
    auc = u / (pos * neg) if pos and neg else float("nan")
    return accuracy, precision, recall, f1, auc, matthews_corrcoef(tp, tn, fp, fn)


def compare_on_imbalanced(y_true, y_pred):
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": sum(counts[:2]) / sum(counts), "mcc": matthews_corrcoef(*counts)}
