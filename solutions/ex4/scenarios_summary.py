"""Hidden scenarios of exercise 4: summaries of made-up histories."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from grader.box.facts import plain
from grader.exercises.ex4.scenarios import NAMES


def summaries(module: ModuleType) -> dict[str, Any]:
    """Summaries of made-up histories, one for each rule."""
    return {name: summary(module, name, threshold) for name, threshold in THRESHOLDS.items()}


def summary(module: ModuleType, name: str, threshold: float) -> Any:
    """What `summarize` answers; the name of the error where it raises one, the stub's aside."""
    try:
        return plain(module.summarize(told(*CURVES[name]), threshold))
    except NotImplementedError:
        raise  # the stub's: an unwritten function is seen as such
    except Exception as error:
        return f"<{type(error).__name__}>"


def told(*losses: tuple[list[float], list[float]]) -> dict[str, dict[str, list[float]]]:
    """Histories of the three optimizers, from training and validation losses."""
    histories = zip(NAMES, losses, strict=True)
    return {name: {"train_loss": list(train), "val_loss": list(val)} for name, (train, val) in histories}


# In each, another rule decides: a tie, nobody, a loss at the threshold, the first epoch, a loss that rises again.
CURVES = {
    "plain": (
        ([0.70, 0.66, 0.61, 0.57], [0.71, 0.68, 0.66, 0.65]),
        ([0.69, 0.55, 0.42, 0.33], [0.70, 0.62, 0.58, 0.59]),
        ([0.68, 0.58, 0.47, 0.36], [0.69, 0.63, 0.57, 0.52]),
    ),
    "tie": (
        ([0.70, 0.48, 0.45, 0.43], [0.71, 0.60, 0.52, 0.50]),
        ([0.69, 0.46, 0.30, 0.20], [0.70, 0.61, 0.57, 0.55]),
        ([0.72, 0.44, 0.43, 0.42], [0.69, 0.63, 0.58, 0.56]),
    ),
    "nobody": (
        ([0.70, 0.66, 0.61, 0.57], [0.71, 0.68, 0.66, 0.65]),
        ([0.69, 0.55, 0.42, 0.33], [0.70, 0.62, 0.58, 0.51]),
        ([0.68, 0.58, 0.47, 0.36], [0.69, 0.63, 0.57, 0.52]),
    ),
    "exactly": (
        ([0.70, 0.60, 0.50, 0.49], [0.71, 0.68, 0.66, 0.54]),
        ([0.69, 0.66, 0.62, 0.45], [0.70, 0.62, 0.58, 0.53]),
        ([0.68, 0.64, 0.61, 0.40], [0.69, 0.63, 0.57, 0.52]),
    ),
    "at once": (
        ([0.49, 0.48, 0.47, 0.46], [0.71, 0.68, 0.66, 0.48]),
        ([0.69, 0.40, 0.30, 0.20], [0.70, 0.62, 0.58, 0.59]),
        ([0.55, 0.45, 0.47, 0.30], [0.69, 0.63, 0.57, 0.52]),
    ),
    "back up": (
        ([0.70, 0.66, 0.48, 0.45], [0.71, 0.68, 0.66, 0.65]),
        ([0.69, 0.47, 0.63, 0.61], [0.70, 0.62, 0.58, 0.59]),
        ([0.68, 0.58, 0.53, 0.44], [0.69, 0.43, 0.50, 0.66]),
    ),
}
THRESHOLDS = {"plain": 0.5, "tie": 0.5, "nobody": 0.1, "exactly": 0.5, "at once": 0.5, "back up": 0.5}

SCENARIOS = {"summaries": summaries}
