"""The AUC of predicted classes.

Loses: evaluate
Named: auc-from-labels
"""
import numpy as np
import torch
from sklearn.metrics import accuracy_score, precision_recall_fscore_support, roc_auc_score


def confusion_counts(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.shape[0] != y_pred.shape[0]:
        raise ValueError("y_true and y_pred differ in length")
    tp = ((y_true == 1) & (y_pred == 1)).sum()
    tn = ((y_true == 0) & (y_pred == 0)).sum()
    fp = ((y_true == 0) & (y_pred == 1)).sum()
    fn = ((y_true == 1) & (y_pred == 0)).sum()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = [x.item() if hasattr(x, "item") else x for x in (tp, tn, fp, fn)]
    try:
        return (tp * tn - fp * fn) / ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) ** 0.5
    except ZeroDivisionError:
        return 0.0


def evaluate_classifier(model, loader, device):
    model.eval()
    all_preds, all_labels, all_probs = [], [], []
    with torch.no_grad():
        for batch in loader:
            sequences = batch["sequence"].to(device)
            masks = batch["mask"].to(device)
            labels = batch["label"].to(device)
            logits = model(sequences, masks)
            probs = torch.softmax(logits, dim=1)
            preds = logits.argmax(dim=1)
            all_preds.extend(preds.cpu().numpy())
            all_labels.extend(labels.cpu().numpy())
            all_probs.extend(probs[:, 1].cpu().numpy())
    accuracy = accuracy_score(all_labels, all_preds)
    precision, recall, f1, _ = precision_recall_fscore_support(all_labels, all_preds, average="binary")
    auc = roc_auc_score(all_labels, all_preds)
    mcc = matthews_corrcoef(*confusion_counts(all_labels, all_preds))
    print(f"Accuracy: {accuracy:.4f}")
    print(f"Precision: {precision:.4f}, Recall: {recall:.4f}, F1: {f1:.4f}")
    print(f"AUC-ROC: {auc:.4f}, MCC: {mcc:.4f}")
    return accuracy, precision, recall, f1, auc, mcc


def compare_on_imbalanced(y_true, y_pred):
    return {"accuracy": accuracy_score(y_true, y_pred), "mcc": matthews_corrcoef(*confusion_counts(y_true, y_pred))}


if __name__ == "__main__":
    print(compare_on_imbalanced([1] * 90 + [0] * 10, [1] * 100))
