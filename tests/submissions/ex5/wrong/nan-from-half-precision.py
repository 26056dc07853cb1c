"""Half precision: no count above 65,504 fits, and few products do.

Loses: large, formula
May lose: degenerate, imbalanced, evaluate
"""
import torch


def confusion_counts(y_true, y_pred):
    a, b = torch.as_tensor(y_true).float(), torch.as_tensor(y_pred).float()
    if a.shape != b.shape:
        raise ValueError("shapes %s and %s" % (tuple(a.shape), tuple(b.shape)))
    tp = torch.dot(a, b)
    return int(tp), int(len(a) - a.sum() - b.sum() + tp), int(b.sum() - tp), int(a.sum() - tp)


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = torch.tensor([float(tp), float(tn), float(fp), float(fn)], dtype=torch.float16)
    denominator = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).sqrt()
    if denominator.item() == 0:
        return 0.0
    return ((tp * tn - fp * fn) / denominator).item()


def evaluate_classifier(model, loader, device):
    model.eval()
    p, y = [], []
    for batch in loader:
        for i in range(len(batch["label"])):
            # one protein at a time, without its padding, needs no mask
            n = int(batch["mask"][i].sum())
            with torch.no_grad():
                p.append(model(batch["sequence"][i : i + 1, :n].to(device)).softmax(1)[0, 1].item())
            y.append(batch["label"][i].item())
    p, y = torch.tensor(p), torch.tensor(y)
    tp, tn, fp, fn = confusion_counts(y, p > 0.5)
    # trapezoids under the ROC curve
    order = p.argsort(descending=True)
    tpr = torch.cat([torch.zeros(1), (y[order] == 1).float().cumsum(0) / (y == 1).sum()])
    fpr = torch.cat([torch.zeros(1), (y[order] == 0).float().cumsum(0) / (y == 0).sum()])
    return {
        "accuracy": (tp + tn) / len(y),
        "precision": tp / (tp + fp) if tp + fp else 0.0,
        "recall": tp / (tp + fn),
        "f1": 2 * tp / (2 * tp + fp + fn),
        "auc": torch.trapezoid(tpr, fpr).item(),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
