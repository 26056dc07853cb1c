"""The tally of a run: how far it has come, how it went, and whom to look at by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from grader.results import Result

BANDS = {"all points": 1.0, "75 % or more": 0.75, "50 % or more": 0.5, "less": 1e-9, "none": 0.0}  # from the top


@dataclass
class Tally:
    """Counts, as a run goes on; `show` is called after each change."""

    students: int
    show: Callable[[Tally], None] = lambda _: None
    loose: Sequence[str] = ()  # files beside the students' folders, which nobody grades
    gone: Sequence[str] = ()  # students with a result of an earlier run, whose folders are not there now
    under_way: dict[str, None] = field(default_factory=dict)  # handed to the workers, the oldest first
    observed: int = 0  # students whose code was run by this run
    through: set[str] = field(default_factory=set)  # students whose code need not be run any more
    graded: int = 0  # students with a result
    statuses: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # by exercise
    points: dict[str, float] = field(default_factory=lambda: defaultdict(float))  # by exercise, of all together
    bands: Counter[str] = field(default_factory=Counter)
    look: dict[str, Sequence[str]] = field(default_factory=dict)  # whom to look at by hand, and why
    faults: dict[str, str] = field(default_factory=dict)  # who has no result from this run, and why
    unjudged: set[str] = field(default_factory=set)  # of those, whose pages of an earlier run stay as they are

    def began(self, student: str) -> None:
        """A student's code was handed to the workers."""
        self.under_way[student] = None
        self.show(self)

    def ran(self, student: str) -> None:
        """A student's code was run."""
        del self.under_way[student]
        self.observed += 1
        self.show(self)

    def is_through(self, student: str) -> None:
        """All is known of a student that code can show."""
        self.through.add(student)
        self.show(self)

    def finished(self, result: Result, look: Sequence[str]) -> None:
        """A student has a result, from this run or from an earlier one that did the same."""
        self.through.add(result["student"])
        self.graded += 1
        for name, part in result["exercises"].items():
            self.statuses[name][part["status"]] += 1
            self.points[name] += part["score"]
        share = result["score"] / result["max_score"]
        self.bands[next(band for band, least in BANDS.items() if share >= least)] += 1
        if look:
            self.look[result["student"]] = look
        self.show(self)

    def fault(self, student: str, why: str) -> None:
        """A student has no result, through a fault of ours."""
        self.through.add(student)
        self.under_way.pop(student, None)
        self.faults[student] = why
        self.show(self)

    def not_judged(self, student: str, why: str) -> None:
        """A student could not be judged again: what is written stays."""
        self.unjudged.add(student)
        self.fault(student, why)
