"""Right: the coefficient by scikit-learn on labels repeated as often as counted."""
import lecture
import numpy as np
import torch
from sklearn import metrics


def confusion_counts(y_true, y_pred):
    y_true, y_pred = (np.asarray(y.cpu() if torch.is_tensor(y) else y, dtype=int) for y in (y_true, y_pred))
    if y_true.size != y_pred.size:
        raise ValueError("give as many predictions as true classes")
    # one small table for each class; the one of class 1 is what we want
    table = metrics.multilabel_confusion_matrix(y_true, y_pred, labels=[1])[0]
    tn, fp, fn, tp = map(int, table.flatten())
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    counts = [int(c) for c in (tp, tn, fp, fn)]
    if sum(counts) == 0:
        return 0.0
    # build the labels again, and let scikit-learn do the work
    y_true = np.repeat(np.array([1, 0, 0, 1]), counts)
    y_pred = np.repeat(np.array([1, 0, 1, 0]), counts)
    return float(metrics.matthews_corrcoef(y_true, y_pred))


def evaluate_classifier(model, loader, device):
    first_five = lecture.evaluate_classifier(model, loader, device)
    _, logits, labels = lecture.evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    mcc = metrics.matthews_corrcoef(labels, logits.argmax(dim=1))
    return (*first_five.values(), float(mcc))


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {
        "accuracy": float(np.average([1, 1, 0, 0], weights=[tp, tn, fp, fn])),
        "mcc": matthews_corrcoef(tp, tn, fp, fn),
    }
