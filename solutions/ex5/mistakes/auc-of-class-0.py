"""Your AUC is computed from the probability of the insoluble class.

Hint: Reread the sheet's part 'Evaluating a model': which class does the score belong to?
Costs: evaluate
"""

import math

import torch
from sklearn import metrics as sk_metrics


def confusion_counts(y_true, y_pred):
    truth, predicted = torch.as_tensor(y_true).bool(), torch.as_tensor(y_pred).bool()
    if truth.shape != predicted.shape:
        raise ValueError("y_true and y_pred must have the same length")
    kinds = (truth & predicted, ~truth & ~predicted, ~truth & predicted, truth & ~predicted)
    tp, tn, fp, fn = (int(kind.sum()) for kind in kinds)
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = (int(count) for count in (tp, tn, fp, fn))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


def evaluate_classifier(model, loader, device):
    model.eval()
    scores, predictions, labels = [], [], []
    with torch.no_grad():
        for batch in loader:
            logits = model(batch["sequence"].to(device), batch["mask"].to(device))
            scores += logits.softmax(dim=1)[:, 0].tolist()
            predictions += logits.argmax(dim=1).tolist()
            labels += batch["label"].tolist()
    return {
        "accuracy": sk_metrics.accuracy_score(labels, predictions),
        "precision": sk_metrics.precision_score(labels, predictions, zero_division=0),
        "recall": sk_metrics.recall_score(labels, predictions, zero_division=0),
        "f1": sk_metrics.f1_score(labels, predictions, zero_division=0),
        "auc": sk_metrics.roc_auc_score(labels, scores),
        "mcc": matthews_corrcoef(*confusion_counts(labels, predictions)),
    }


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": (tp + tn) / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
