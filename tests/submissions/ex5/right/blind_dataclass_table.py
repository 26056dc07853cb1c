"""A frozen dataclass with properties, collections.Counter over zip(strict=True), the MCC as roots of four rates."""

from collections import Counter
from dataclasses import astuple, dataclass
from math import sqrt

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from lecture import evaluate


def _ratio(a, b):
    return a / b if b else 0.0


@dataclass(frozen=True)
class ConfusionTable:
    tp: int
    tn: int
    fp: int
    fn: int

    @classmethod
    def of(cls, y_true, y_pred):
        pairs = Counter(zip(_listed(y_true), _listed(y_pred), strict=True))  # strict: ValueError
        return cls(pairs[1, 1], pairs[0, 0], pairs[0, 1], pairs[1, 0])

    @property
    def accuracy(self):
        return (self.tp + self.tn) / sum(astuple(self))

    @property
    def precision(self):
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self):
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self):
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def mcc(self):
        if 0 in (self.tp + self.fp, self.tp + self.fn, self.tn + self.fp, self.tn + self.fn):
            return 0.0
        specificity = self.tn / (self.tn + self.fp)
        npv = self.tn / (self.tn + self.fn)
        good = self.precision * self.recall * specificity * npv
        bad = (1 - self.precision) * (1 - self.recall) * (1 - specificity) * (1 - npv)
        return sqrt(good) - sqrt(bad)


def _listed(labels):
    if isinstance(labels, (torch.Tensor, np.ndarray)):
        labels = labels.tolist()
    return [int(label) for label in labels]


def confusion_counts(y_true, y_pred):
    return astuple(ConfusionTable.of(y_true, y_pred))


def matthews_corrcoef(tp, tn, fp, fn):
    return ConfusionTable(int(tp), int(tn), int(fp), int(fn)).mcc


def evaluate_classifier(model, loader, device):
    _, logits, labels = evaluate(model, loader, torch.nn.CrossEntropyLoss(), device)
    table = ConfusionTable.of(labels, logits.argmax(dim=1))
    both = len(set(labels.tolist())) == 2
    return {
        "accuracy": table.accuracy,
        "precision": table.precision,
        "recall": table.recall,
        "f1": table.f1,
        "auc": float(roc_auc_score(labels.numpy(), (logits[:, 1] - logits[:, 0]).numpy())) if both else float("nan"),
        "mcc": table.mcc,
    }


def compare_on_imbalanced(y_true, y_pred):
    table = ConfusionTable.of(y_true, y_pred)
    print(table)
    return {"accuracy": table.accuracy, "mcc": table.mcc}
