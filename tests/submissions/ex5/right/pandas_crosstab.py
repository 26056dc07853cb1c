"""A pandas table of the pairs."""
import numpy as np
import pandas as pd
import torch
from sklearn.metrics import classification_report, roc_auc_score


def confusion_counts(y_true, y_pred):
    true = pd.Series(np.asarray(y_true).astype(int), name="true")
    pred = pd.Series(np.asarray(y_pred).astype(int), name="pred")
    if len(true) != len(pred):
        raise ValueError(f"{len(true)} != {len(pred)}")
    table = pd.crosstab(true, pred).reindex(index=[0, 1], columns=[0, 1], fill_value=0)
    return int(table.loc[1, 1]), int(table.loc[0, 0]), int(table.loc[0, 1]), int(table.loc[1, 0])


def matthews_corrcoef(tp, tn, fp, fn):
    tp, tn, fp, fn = np.array([int(tp), int(tn), int(fp), int(fn)], dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return float(np.nan_to_num(value, nan=0.0))


def evaluate_classifier(model, loader, device):
    model = model.to(device)
    model.train(False)
    frames = []
    for batch in loader:
        with torch.no_grad():
            p = model(batch["sequence"].to(device), batch["mask"].to(device)).softmax(-1)
        frames.append(pd.DataFrame({"y": batch["label"], "p": p[:, 1].cpu(), "yhat": p.argmax(-1).cpu()}))
    df = pd.concat(frames)
    report = classification_report(df.y, df.yhat, output_dict=True, zero_division=0)
    return {
        "accuracy": report["accuracy"],
        "precision": report["1"]["precision"],
        "recall": report["1"]["recall"],
        "f1": report["1"]["f1-score"],
        "auc": roc_auc_score(df.y, df.p),
        "mcc": matthews_corrcoef(*confusion_counts(df.y, df.yhat)),
    }


def compare_on_imbalanced(y_true, y_pred):
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": float((np.asarray(y_true) == np.asarray(y_pred)).mean()), "mcc": matthews_corrcoef(*counts)}
