"""Right: counts as a namedtuple, the root of a Fraction."""
from collections import Counter, namedtuple
from fractions import Fraction
from math import sqrt

import torch
from torch import nn
from torch.utils.data import IterableDataset

from lecture import evaluate_classifier as first_five

Counts = namedtuple("Counts", "tp tn fp fn")


class Predictions(IterableDataset):
    """Runs over a loader and gives (truth, predicted) for each protein."""

    def __init__(self, model: nn.Module, loader, device):
        self.model, self.loader, self.device = model, loader, device

    def __iter__(self):
        self.model.eval()
        with torch.inference_mode():
            for batch in self.loader:
                logits = self.model(batch["sequence"].to(self.device), mask=batch["mask"].to(self.device))
                yield from zip(batch["label"].tolist(), logits.max(dim=1).indices.tolist())


class ConfusionCounter(Counter):
    @property
    def quadruple(self):
        return Counts(self[1, 1], self[0, 0], self[0, 1], self[1, 0])


def _plain(labels):
    if hasattr(labels, "tolist"):  # numpy and torch
        labels = labels.tolist()
    return [int(label) for label in labels]


def confusion_counts(y_true, y_pred):
    truth, guess = _plain(y_true), _plain(y_pred)
    if len(truth) != len(guess):
        raise ValueError("y_true and y_pred must have the same length")
    # a namedtuple is a tuple
    return ConfusionCounter(zip(truth, guess)).quadruple


class MCC(nn.Module):
    """The coefficient as a module without weights."""

    def forward(self, tp, tn, fp, fn):
        tp, tn, fp, fn = (int(count) for count in (tp, tn, fp, fn))
        factors = ((tp + fp), (tp + fn), (tn + fp), (tn + fn))
        if not all(factors):
            return 0.0
        product = 1
        for factor in factors:
            product *= factor
        above = tp * tn - fp * fn
        # sign(above) * sqrt(above^2 / product) with an exact fraction
        value = sqrt(Fraction(above * above, product))
        return -value if above < 0 else value


def matthews_corrcoef(tp, tn, fp, fn):
    return MCC()(tp, tn, fp, fn)


def evaluate_classifier(model, loader, device):
    result = dict(first_five(model, loader, device))
    counter = ConfusionCounter(Predictions(model, loader, device))
    result["mcc"] = matthews_corrcoef(*counter.quadruple)
    return result


def compare_on_imbalanced(y_true, y_pred):
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": (counts.tp + counts.tn) / sum(counts), "mcc": matthews_corrcoef(*counts)}
