"""What a check looks at: the facts of a submission in one scenario, beside those of the reference.

A check (a pytest test of a rubric row) gets one `Seen` for each scenario named in its arguments. It is a pure
function of them. It ends well, or raises `Failed` (observed, and not so) or `NotObserved`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

Fact = Any
MOST_SHOWN = 6  # items of a list in a message
NOT_FINITE = ("nan", "inf", "-inf")  # numbers, as facts have them
LONGEST_SHOWN = 40  # characters of a text in a message: a name, not a story
LONGEST_FACT = 1000  # characters of a fact


class Failed(AssertionError):
    """A check did not hold.

    `message` is what was observed, in words, with numbers. `symptom` is what a mistake program must show as well
    for its name to be given: the place in the check and the fact (or what a check makes of it).
    """

    def __init__(self, message: str, symptom: tuple[Any, ...]) -> None:
        super().__init__(message)
        self.message = message
        self.symptom = tuple(writable(part) for part in symptom)


class NotObserved(Exception):
    """A scenario ended without facts: the submission raised, hung or died, or the scenario was skipped."""

    def __init__(self, scenario: str, seen: Mapping[str, Any]) -> None:
        super().__init__(f"{scenario}: {dict(seen)}")
        self.scenario = scenario
        self.seen = seen


class Seen:
    """The facts of one scenario: `seen["steps"]` is the submission's, `seen.want["steps"]` the reference's."""

    def __init__(self, scenario: str, seen: Mapping[str, Any], want: Mapping[str, Fact]) -> None:
        self.scenario = scenario
        self.want = want
        self._seen = seen

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The submission's facts; NotObserved where there are none."""
        if "facts" not in self._seen:
            raise NotObserved(self.scenario, self._seen)
        facts: Mapping[str, Fact] = self._seen["facts"]
        return facts

    def __getitem__(self, key: str) -> Fact:
        return self.facts.get(key)

    def parts(self, key: str) -> Iterator[tuple[str, Fact, Fact]]:
        """The name of each part that a fact of the reference has, the submission's and the reference's. KeyError if
        a submission's lacks one: what is claimed is not to choose what is looked at."""
        for name, want in self.want[key].items():
            yield name, self[key][name], want

    def same(
        self,
        key: str,
        message: str,
        *,
        rel: float = 1e-4,
        abs: float = 1e-6,
        symptom: Callable[[Fact, Fact], Fact] | None = None,
    ) -> None:
        """Hold that a fact equals the reference's; numbers within `rel` of the wanted one or `abs`.

        `message` may use {seen}, {want} and {gap} (the largest difference between numbers). A mistake is named
        if its fact is the same as the submission's, or if `symptom(seen, want)` is.
        """
        seen, want = self[key], self.want[key]
        if close(seen, want, rel, abs):
            return
        words = message.format(seen=shown(seen), want=shown(want), gap=shown(gap(seen, want)))
        raise Failed(words, (self.scenario, key, symptom(seen, want) if symptom else seen))

    def require(self, holds: bool, message: str, *, symptom: Fact = None, **numbers: Fact) -> None:
        """Hold anything else about the facts; `message` may use the names of `numbers`.

        A mistake is named if it fails the same requirement (its message) with the same `symptom`.
        """
        if not holds:
            words = message.format(**{name: shown(value) for name, value in numbers.items()})
            raise Failed(words, (self.scenario, message, symptom))


def writable(value: Fact) -> Fact:
    """A value as it reads after a trip through JSON, where a number that is not finite is a string."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list | tuple):
        return [writable(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): writable(item) for key, item in value.items()}
    return value


def close(seen: Fact, want: Fact, rel: float = 1e-4, abs: float = 1e-6) -> bool:
    """Whether two facts are the same, numbers within a relative or an absolute tolerance.

    Not-finite numbers are strings among facts, so NaN equals nothing but the NaN that was expected.
    """
    if isinstance(want, bool) or isinstance(seen, bool) or seen is None or want is None:
        return seen is want
    if isinstance(want, int | float) and isinstance(seen, int | float):
        return math.isclose(seen, want, rel_tol=rel, abs_tol=abs)
    if isinstance(want, list | tuple) and isinstance(seen, list | tuple):
        return len(want) == len(seen) and all(close(a, b, rel, abs) for a, b in zip(seen, want, strict=True))
    if isinstance(want, Mapping) and isinstance(seen, Mapping):
        return want.keys() == seen.keys() and all(close(seen[key], want[key], rel, abs) for key in want)
    return type(seen) is type(want) and bool(seen == want)


def gap(seen: Fact, want: Fact) -> float:
    """The largest difference between the numbers of two facts of one shape; infinite if the shapes differ."""
    if isinstance(want, bool) or isinstance(seen, bool):
        return 0.0 if seen is want else math.inf
    if isinstance(want, int | float) and isinstance(seen, int | float):
        return float(math.fabs(seen - want))
    if isinstance(want, list) and isinstance(seen, list) and len(seen) == len(want):
        return max((gap(a, b) for a, b in zip(seen, want, strict=True)), default=0.0)
    if isinstance(want, Mapping) and isinstance(seen, Mapping) and want.keys() == seen.keys():
        return max((gap(seen[key], want[key]) for key in want), default=0.0)
    return 0.0 if seen == want else math.inf


class Spelled(str):
    """A number as a check spells it for a message: with more digits than others, and no text of a student's."""


def shown(value: Fact) -> str:
    """A fact as a message shows it: four significant digits; what is long is cut, for results are handed back."""
    return cut(spelled(value), LONGEST_FACT)


def spelled(value: Fact) -> str:
    """A fact with the first of all items, however many lists lie in each other."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and math.fabs(value) < 1e6 else f"{value:.4g}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(few([spelled(item) for item in value[: MOST_SHOWN + 1]])) + "]"
    if isinstance(value, Mapping):
        pairs = islice(value.items(), MOST_SHOWN + 1)
        return "{" + ", ".join(few([f"{cut(key, LONGEST_SHOWN)}: {spelled(item)}" for key, item in pairs])) + "}"
    text = str(value)
    if isinstance(value, str) and not isinstance(value, Spelled) and is_number(value):
        text = f"the text '{value}'"
    return cut(text, LONGEST_SHOWN)


def cut(text: str, length: int) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= length else text[:length] + "..."


def is_number(text: str) -> bool:
    """Whether a text, and not a number that is not finite, reads as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return text not in NOT_FINITE


def few(items: list[str]) -> list[str]:
    """The first of some items."""
    return items if len(items) <= MOST_SHOWN else [*items[:MOST_SHOWN], "..."]
