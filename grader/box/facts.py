"""Facts: what a scenario saw, as plain JSON values that no object of the student's can hide in.

A fact is None, a bool, an int, a float, a string, a list or a dict with string keys. JSON has no NaN, so a
number that is not finite is written as the string ``"nan"``, ``"inf"`` or ``"-inf"``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

Fact = Any
DIGITS = 12  # significant digits kept: finer than any comparison of the contract
MAX_TEXT = 300  # characters of a string: enough for a message, too little to smuggle a file
MAX_DEPTH = 12  # lists within lists: a batch of sequences of vectors needs 3


def plain(value: object, depth: int = MAX_DEPTH) -> Fact:
    """Turn anything a student's function returned into a fact.

    Tensors and arrays of any shape become (nested) lists, 0-d ones and NumPy scalars become numbers. What is no
    number, text or container becomes its type's name in angle brackets, so that a check can say what it saw.
    """
    if value is None or type(value) is bool:
        return value
    if isinstance(value, torch.Tensor):
        return plain(value.detach().cpu().to_dense().tolist(), depth)
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), depth)
    if isinstance(value, int):
        return int(value) if abs(value) < 2**53 else number(float(value))
    if isinstance(value, float):
        return number(float(value))
    if isinstance(value, str):
        return str(value)[:MAX_TEXT]
    if depth and isinstance(value, Mapping):
        return {str(key)[:MAX_TEXT]: plain(item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list | tuple):
        return [plain(item, depth - 1) for item in value]
    return f"<{type(value).__name__[:MAX_TEXT]}>"


def number(value: float) -> float | str:
    """A float as a fact: rounded to 12 significant digits, or its name where it is not finite."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else str(value)
