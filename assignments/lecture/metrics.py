"""More than accuracy."""

from collections.abc import Iterable

from torch import nn

from lecture.training import Batch, Device, evaluate


def evaluate_classifier(model: nn.Module, loader: Iterable[Batch], device: Device) -> dict[str, float]:
    """`{'accuracy', 'precision', 'recall', 'f1', 'auc'}` of a two-class model (the note's section 7).

    Class 1, soluble, is the positive one. Precision, recall and F1 are 0.0 where nothing can be counted;
    the AUC is NaN where the loader holds one class only. The model is left in evaluation mode.
    """
    from sklearn import metrics

    _, logits, labels = evaluate(model, loader, nn.CrossEntropyLoss(), device)
    truth, predicted = labels.numpy(), logits.argmax(dim=-1).numpy()
    soluble = logits.softmax(dim=-1)[:, 1].numpy()
    two_classes = 0 < truth.sum() < len(truth)
    return {
        "accuracy": float(metrics.accuracy_score(truth, predicted)),
        "precision": float(metrics.precision_score(truth, predicted, zero_division=0.0)),
        "recall": float(metrics.recall_score(truth, predicted, zero_division=0.0)),
        "f1": float(metrics.f1_score(truth, predicted, zero_division=0.0)),
        "auc": float(metrics.roc_auc_score(truth, soluble)) if two_classes else float("nan"),
    }
