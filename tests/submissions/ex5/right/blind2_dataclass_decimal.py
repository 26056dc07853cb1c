"""Right: over-engineered with a NamedTuple of counts, Decimal arithmetic with 60 digits, and a recording wrapper so that the loader is read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, localcontext
from typing import NamedTuple

import torch
from lecture import evaluate_classifier as note_metrics
from torch import Tensor, nn


class Confusion(NamedTuple):
    tp: int
    tn: int
    fp: int
    fn: int

    @property
    def accuracy(self) -> float:
        return (self.tp + self.tn) / sum(self)

    @property
    def mcc(self) -> float:
        return matthews_corrcoef(*self)


def _plain(labels) -> list[bool]:
    values = labels.tolist() if hasattr(labels, "tolist") else list(labels)
    return [bool(v) for v in values]


def confusion_counts(y_true, y_pred) -> Confusion:
    truth, guess = _plain(y_true), _plain(y_pred)
    if len(truth) != len(guess):
        raise ValueError(f"got {len(truth)} true and {len(guess)} predicted classes")
    table = [[0, 0], [0, 0]]
    for t, g in zip(truth, guess):
        table[t][g] += 1
    return Confusion(tp=table[1][1], tn=table[0][0], fp=table[0][1], fn=table[1][0])


def matthews_corrcoef(tp, tn, fp, fn) -> float:
    with localcontext() as context:
        context.prec = 60
        tp, tn, fp, fn = (Decimal(int(count)) for count in (tp, tn, fp, fn))
        below = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).sqrt()
        return float((tp * tn - fp * fn) / below) if below else 0.0


class Recorder(nn.Module):
    """Passes calls on to a model and keeps what it answered."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.answers: list[Tensor] = []

    def forward(self, sequence: Tensor, mask: Tensor) -> Tensor:
        answer = self.model(sequence, mask)
        self.answers.append(answer.detach().cpu())
        return answer


def _spy(loader: Iterable[dict[str, Tensor]], seen: list[Tensor]) -> Iterator[dict[str, Tensor]]:
    for batch in loader:
        seen.append(batch["label"].cpu())
        yield batch


def evaluate_classifier(model: nn.Module, loader, device) -> dict[str, float]:
    recorder, labels = Recorder(model), []
    result = note_metrics(recorder, _spy(loader, labels), device)
    predicted = torch.cat(recorder.answers).argmax(dim=-1)
    return {**result, "mcc": confusion_counts(torch.cat(labels), predicted).mcc}


def compare_on_imbalanced(y_true, y_pred) -> dict[str, float]:
    counts = confusion_counts(y_true, y_pred)
    return {"accuracy": counts.accuracy, "mcc": counts.mcc}
