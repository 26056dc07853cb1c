"""Inside the box: counts, coefficients and metrics, for every kind of input that the sheet promises."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.utils.data import DataLoader

from grader.box.facts import error_name, plain
from lecture import AMINO_ACIDS, ProteinDataset, collate_proteins

Function = Callable[..., Any]
Key = TypeVar("Key", bound=Hashable)

# Four true positives, three true negatives, one false positive and two false negatives.
TRUE = [1, 0, 1, 1, 0, 1, 0, 1, 0, 1]
PREDICTED = [1, 0, 0, 1, 0, 1, 1, 0, 0, 1]

LABEL_KINDS: dict[str, Function] = {
    "lists": list,
    "tuples": tuple,
    "lists of bool": lambda labels: [bool(label) for label in labels],
    "NumPy arrays": np.array,
    "NumPy arrays of int32": partial(np.array, dtype=np.int32),
    "NumPy arrays of uint8": partial(np.array, dtype=np.uint8),
    "NumPy arrays of bool": partial(np.array, dtype=bool),
    "tensors": torch.tensor,
    "tensors of uint8": partial(torch.tensor, dtype=torch.uint8),
    "tensors of bool": partial(torch.tensor, dtype=torch.bool),
}
COUNT_KINDS: dict[str, Function] = {
    "Python integers": int,
    "NumPy integers": np.int64,
    "NumPy integers of 32 bits": np.int32,
    "0-d tensors": torch.tensor,
}

# The order of the lecture's tuple, with the coefficient at its end.
METRICS = ("accuracy", "precision", "recall", "f1", "auc", "mcc")


def outcome(function: Function, *arguments: object) -> Any:
    """What a call returned, as a fact, or `{"raised": the nearest of Python's own error classes}`; a ValueError is
    one whatever else it is."""
    try:
        returned = plain(function(*arguments))
    except Exception as error:
        return {"raised": "ValueError" if isinstance(error, ValueError) else error_name(error)}
    return {"returned": returned} if isinstance(returned, dict) and "raised" in returned else returned


def outcomes(function: Function, inputs: Mapping[Key, Sequence[object]]) -> dict[Key, Any]:
    """The outcome of a call for each input; where every call raises, so does this, with the error's line."""
    seen = {name: outcome(function, *arguments) for name, arguments in inputs.items()}
    if all(isinstance(fact, dict) and "raised" in fact for fact in seen.values()):
        function(*next(iter(inputs.values())))
    return seen


def kinds(module: ModuleType) -> dict[str, Any]:
    """The same ten predictions, counted in every kind of input."""
    return outcomes(
        module.confusion_counts,
        {name: (convert(TRUE), convert(PREDICTED)) for name, convert in LABEL_KINDS.items()},
    )


def many(module: ModuleType) -> dict[str, Any]:
    """A thousand predictions in every kind of input: more of each count than 8 bits hold."""
    return outcomes(
        module.confusion_counts,
        {name: (convert(TRUE * 100), convert(PREDICTED * 100)) for name, convert in LABEL_KINDS.items()},
    )


def one_class(module: ModuleType) -> dict[str, Any]:
    """Arrays that hold a single class."""
    ones, zeros = np.ones(6, dtype=int), np.zeros(6, dtype=int)
    pairs = {
        "all 1": (ones, ones),
        "all 0": (zeros, zeros),
        "1 against 0": (ones, zeros),
        "0 against 1": (zeros, ones),
    }
    return outcomes(module.confusion_counts, pairs)


def lengths(module: ModuleType) -> dict[str, Any]:
    """Arrays that do not belong together, one of length 1 included: NumPy and PyTorch would stretch it."""
    return outcomes(
        module.confusion_counts,
        {
            f"{name}, {long} against {short}": (
                LABEL_KINDS[name](TRUE[:long]),
                LABEL_KINDS[name](PREDICTED[:short]),
            )
            for name in ("lists", "NumPy arrays", "tensors")
            for long, short in ((5, 5), (5, 4), (4, 5), (5, 1), (1, 5))
        },
    )


def coefficients(module: ModuleType, cases: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The coefficient of each case (tp, tn, fp, fn), for every kind of integer."""
    inputs = {
        (name, position): [convert(count) for count in case]
        for name, convert in COUNT_KINDS.items()
        for position, case in enumerate(cases)
    }
    seen = outcomes(module.matthews_corrcoef, inputs)
    answers = {name: [seen[name, position] for position in range(len(cases))] for name in COUNT_KINDS}
    return {"cases": [list(case) for case in cases], "answers": answers}


TEXTBOOK = [
    *[(6, 3, 1, 2), (90, 1, 4, 5), (30, 10, 45, 25), (50, 40, 0, 0), (0, 0, 50, 40), (25, 25, 25, 25)],
    *[(0, 6, 3, 1), (5, 0, 2, 3), (4, 3, 0, 2), (3, 4, 2, 0)],  # one count of 0 leaves no row or column empty
]


def own(module: ModuleType) -> dict[str, Any]:
    """The submission's own counts and coefficient: they tell where a wrong number that rests on them comes from."""
    return {
        "counts": outcome(lambda: module.confusion_counts(np.array(TRUE), np.array(PREDICTED))),
        "coefficient": outcome(lambda: module.matthews_corrcoef(*TEXTBOOK[0])),
    }


class Classifier(nn.Module):
    """A two-class model with weights in closed form, the same on every machine.

    The mean of its residues' embeddings is classified, so padding shows where it is not masked, and dropout shows
    where the model is still in training mode. `scale` multiplies the logits, `tilt` is added to that of class 1.
    """

    def __init__(self, scale: float = 1.0, tilt: float = 0.0) -> None:
        super().__init__()
        codes, columns = torch.meshgrid(torch.arange(21.0), torch.arange(4.0), indexing="ij")
        self.embedding = nn.Embedding(21, 4)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(4, 2)
        with torch.no_grad():
            self.embedding.weight.copy_(torch.sin(1.3 * codes + 2.1 * columns + 0.5))
            self.output.weight.copy_(scale * torch.tensor([[3.0, -2.0, 1.0, 4.0], [-2.0, 5.0, 4.0, 1.0]]))
            self.output.bias.copy_(torch.tensor([0.0, tilt]))

    def forward(self, sequence: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Codes (batch, length) int64 and mask (batch, length) float32 -> logits (batch, 2)."""
        real = torch.ones_like(sequence, dtype=torch.float32) if mask is None else mask
        residues = self.embedding(sequence) * real.unsqueeze(2)
        logits: torch.Tensor = self.output(self.dropout(residues.sum(dim=1) / real.sum(dim=1, keepdim=True)))
        return logits


def proteins(seed: int, number: int = 44) -> ProteinDataset:
    """Proteins of unequal length, with labels that `Classifier` gets right more often than not."""
    rng = np.random.default_rng(seed)
    sequences = ["".join(rng.choice(list(AMINO_ACIDS), length)) for length in rng.integers(4, 30, number)]
    with torch.no_grad():
        items = ProteinDataset(sequences, [0] * number)
        batch = collate_proteins([items[position] for position in range(number)])
        logits = Classifier().eval()(batch["sequence"], batch["mask"])
    gain = (logits[:, 1] - logits[:, 0]).numpy()
    labels = (gain + rng.normal(0, 1.2, number) > np.quantile(gain, 0.35)).astype(int)
    return ProteinDataset(sequences, labels.tolist())


def batches(data: ProteinDataset, collate: Function = collate_proteins) -> DataLoader[dict[str, torch.Tensor]]:
    """The proteins in three batches."""
    return DataLoader(data, batch_size=16, collate_fn=collate)


def evaluation(
    module: ModuleType, seed: int, scale: float = 1.0, tilt: float = 0.5, device: str = "cpu"
) -> dict[str, Any]:
    """The metrics of a model over three batches, a tuple by its names, and whether dropout was ever on."""
    model = Classifier(scale, tilt).to(device)
    data = proteins(seed)
    try:
        with passes() as training:
            result = plain(module.evaluate_classifier(model, batches(data), torch.device(device)))
    except ZeroDivisionError:
        return {"coefficient of an empty column": outcome(module.matthews_corrcoef, 0, 20, 0, 24)}
    except (ValueError, TypeError, AttributeError):
        if takes_for_pairs(module, model, data):
            return {"pairs": True}
        raise
    if isinstance(result, list) and len(result) == len(METRICS):
        result = dict(zip(METRICS, result, strict=True))
    return {"metrics": result, "training mode": any(training), "own": own(module)}


@contextmanager
def passes() -> Iterator[list[bool]]:
    """Note, for each pass through a dropout layer, whether it was on: of a copy of the model, too, or one from a
    file."""
    training: list[bool] = []

    def note(layer: nn.Module, _: object) -> None:
        if isinstance(layer, nn.Dropout):
            training.append(layer.training)

    hook = register_module_forward_pre_hook(note)
    try:
        yield training
    finally:
        hook.remove()


def takes_for_pairs(module: ModuleType, model: nn.Module, data: ProteinDataset) -> bool:
    """Whether an evaluation that failed goes through a batch as through a pair, and the model never sees it."""
    gone_through: list[bool] = []

    class Batch(dict[str, torch.Tensor]):
        def __iter__(self) -> Iterator[str]:
            gone_through.append(True)
            return super().__iter__()

    with passes() as training, suppress(Exception):
        loader = batches(data, lambda items: Batch(collate_proteins(items)))
        module.evaluate_classifier(model, loader, next(model.parameters()).device)
    return bool(gone_through) and not training


def both_devices(module: ModuleType, device: str) -> dict[str, Any]:
    """What the exercise does, on the CPU and on `device`."""
    return {"cpu": on_device(module, "cpu"), "device": on_device(module, device)}


def on_device(module: ModuleType, device: str) -> dict[str, Any]:
    """Counts of tensors, the coefficient of 0-d tensors and the metrics of a model, all on `device`."""
    labels = (torch.tensor(TRUE, device=device), torch.tensor(PREDICTED, device=device))
    counts = (torch.tensor(count, device=device) for count in TEXTBOOK[0])
    return {
        "counts": plain(module.confusion_counts(*labels)),
        "coefficient": plain(module.matthews_corrcoef(*counts)),
        "metrics": evaluation(module, seed=5, device=device),
    }


SCENARIOS = {
    "kinds": kinds,
    "many": many,
    "one_class": one_class,
    "lengths": lengths,
    "textbook": partial(coefficients, cases=TEXTBOOK),
    "gpu": partial(both_devices, device="cuda"),
}
