"""Facts: what a scenario saw, as plain JSON values that no object of the student's can hide in.

A fact is None, a bool, an int, a float, a string, a list or a dict with string keys. JSON has no NaN, so a
number that is not finite is written as the string ``"nan"``, ``"inf"`` or ``"-inf"``.
"""

from __future__ import annotations

import builtins
import math
from array import array
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np
import torch

from grader.box import limits
from grader.box.job import TOO_MUCH

Fact = Any
DIGITS = 12  # significant digits kept: finer than any comparison of the contract
MAX_TEXT = 300  # characters of a string: enough for a message, too little to smuggle a file
# numbers that Python has none of, and as what they are told
NARROW: dict[np.dtype[Any], type[np.generic]] = {
    np.dtype(np.longdouble): np.float64,
    np.dtype(np.clongdouble): np.complex128,
}
MAX_DEPTH = 12  # lists within lists: a batch of sequences of vectors needs 3


class TooMuchError(Exception):
    """Something has more numbers than a check can look at."""

    def __init__(self) -> None:
        super().__init__(TOO_MUCH)


def plain(value: object) -> Fact:
    """Turn anything a student's function returned into a fact. TooMuchError if it is huge or has a cycle.

    Tensors and arrays of any shape become (nested) lists, 0-d ones and NumPy scalars become numbers. What is no
    number, text or container becomes its type's name in angle brackets, so that a check can say what it saw.
    """
    return Plainly(MAX_DEPTH).of(value)


def facts(value: Mapping[str, Fact]) -> dict[str, Fact]:
    """What a scenario returned, made plain once more as a whole, whatever a submission made of it."""
    made: dict[str, Fact] = Plainly(MAX_DEPTH + 4).of(value)
    return made


class Plainly:
    """Makes one value plain, down to a depth, and gives up when it finds no end to it."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.left = limits.ITEMS

    def of(self, value: object, depth: int = 0) -> Fact:
        """A value at some depth as a fact. What a subclass makes of its own methods is not asked for.

        Python's own containers come first, for whether something is of another kind is asked of a method that a
        submission may have replaced.
        """
        self.count(1)
        if value is None or type(value) is bool:
            return value
        if type(value) is float:  # as most are
            return number(value)
        if depth < self.depth and isinstance(value, list | tuple | array):
            return [self.of(item, depth + 1) for item in self.some(value)]
        if depth < self.depth and isinstance(value, dict):
            return self.mapping(value, depth)
        if isinstance(value, torch.Tensor):
            return self.of(self.numbers(value), depth)
        if isinstance(value, np.ndarray | np.generic):
            self.count(value.size)
            narrow = NARROW.get(value.dtype)  # Python has no such number
            return self.of((value.astype(narrow) if narrow else value).tolist(), depth)
        if isinstance(value, int):
            return integer(int.__int__(value))
        if isinstance(value, float):
            return number(float.__float__(value))
        if isinstance(value, str):
            return str.__str__(value)[:MAX_TEXT]
        if depth < self.depth and isinstance(value, Mapping):
            return self.mapping(value, depth)
        return f"<{type(value).__name__[:MAX_TEXT]}>"

    def mapping(self, value: Mapping[Any, object], depth: int) -> Fact:
        """A mapping at some depth."""
        return {key_of(key): self.of(item, depth + 1) for key, item in self.some(value.items())}

    def numbers(self, tensor: torch.Tensor) -> Any:
        """A tensor's numbers, nested as it is."""
        with torch._C.DisableTorchFunctionSubclass():
            self.count(tensor.numel())
            return tensor.detach().cpu().to_dense().tolist()

    def some(self, items: Iterable[Any]) -> Iterable[Any]:
        """No more of some items than may still come, should they have no end."""
        return islice(items, self.left + 1)

    def count(self, items: int) -> None:
        """Give up if there are more items left than can be looked at."""
        if items > self.left:
            raise TooMuchError
        self.left -= 1


def error_name(error: BaseException) -> str:
    """The nearest of Python's own classes of an error, whatever a student's own class calls itself."""
    names = (kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind)
    return next(names, "BaseException")


def key_of(key: object) -> str:
    """A key of a dict as text."""
    return (str.__str__(key) if isinstance(key, str) else str(key))[:MAX_TEXT]


def integer(value: int) -> Fact:
    """An int as a fact; one that JSON's readers might round is a float."""
    if abs(value) < 2**53:
        return value
    try:
        return number(float(value))
    except OverflowError:
        return "inf" if value > 0 else "-inf"


def number(value: float) -> float | str:
    """A float as a fact: rounded to 12 significant digits, or its name where it is not finite."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else str(value)
