"""Hidden scenarios of exercise 5."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import sklearn.metrics  # noqa: F401 - here, so that the warm process imports it once for a whole class
import torch

from grader.exercises.ex5.scenarios import coefficients, evaluation, outcome, outcomes, own

# The first case of each is an ordinary one: a kind of integer that fails there is another row's business.
EMPTY = [(6, 5, 2, 3), (0, 9, 0, 1), (0, 9, 1, 0), (9, 0, 0, 1), (9, 0, 1, 0), (7, 0, 0, 0), (0, 0, 3, 0)]
LARGE = [(10, 9, 1, 2), (1_000_000, 900_000, 100_000, 200_000)]

KINDS: dict[str, Callable[[list[int]], object]] = {"lists": list, "arrays": np.array, "tensors": torch.tensor}


def imbalanced(module: ModuleType) -> dict[str, Any]:
    """A set that is 90 % soluble, as lists, arrays and tensors: one model always says soluble, one looks."""
    truth = ([1] * 9 + [0]) * 6
    predictions = {"always soluble": [1] * 60, "looks": ([1] * 9 + [0]) * 4 + [1, 0] + [1] * 18}
    inputs = {
        (name, kind): (convert(truth), convert(predicted))
        for name, predicted in predictions.items()
        for kind, convert in KINDS.items()
    }
    seen = outcomes(module.compare_on_imbalanced, inputs)
    facts: dict[str, Any] = {name: [seen[name, kind] for kind in KINDS] for name in predictions}
    return facts | {"own": own(module), "chained": chained(module, truth, predictions["looks"])}


def chained(module: ModuleType, truth: list[int], predicted: list[int]) -> Any:
    """What the submission's own coefficient makes of its own counts."""
    arrays = np.array(truth), np.array(predicted)
    return outcome(lambda: module.matthews_corrcoef(*module.confusion_counts(*arrays)))


SCENARIOS = {
    "empty": partial(coefficients, cases=EMPTY),
    "large": partial(coefficients, cases=LARGE),
    "trained": partial(evaluation, seed=13),
    "untrained": partial(evaluation, seed=12, scale=-0.125, tilt=-1.0),  # its scores rank worse than chance
    "imbalanced": imbalanced,
}
