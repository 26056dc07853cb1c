"""`make audit`: the kit checks itself and says, for each fault, what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.audit.conduct import conduct
from grader.audit.fault import Fault
from grader.audit.form import form, strays
from grader.exercise import Exercise
from grader.workers import local, side_by_side


def audit(exercises: Sequence[Exercise]) -> Iterator[Fault]:
    """Every fault: first of form, read from the files; then of conduct, seen by running our own programs."""
    faults = [fault for exercise in exercises for fault in form(exercise)]
    faults += [fault for root in sorted({exercise.root for exercise in exercises}) for fault in strays(root)]
    yield from faults
    if faults:
        return  # a program that lacks a part would only repeat in other words what was said already
    with local() as executor:
        for exercise in exercises:
            yield from conduct(exercise, side_by_side(executor))
