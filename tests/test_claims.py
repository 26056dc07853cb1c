"""No check is content with facts that tell nothing: a submission may claim those as it may claim any."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from grader.exercise import Exercise, exercises
from grader.expected import Expected, Observe, reference
from grader.judge import Facts, JudgeError, judge


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_facts_that_a_check_reads_lose_a_row_where_they_are_empty(exercise: Exercise, observe: Observe) -> None:
    facts = reference(exercise, observe)
    expected = Expected(facts, {})
    content = {
        f"{exercise.id} {scenario} {' '.join(place)}"
        for scenario, place, part in parts(facts)
        if passes(exercise, expected, replaced(facts, scenario, place, type(part)()))
        and not passes(exercise, expected, replaced(facts, scenario, place, "strange"))  # some check reads it
    }
    assert not content


def parts(facts: Facts) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """The lists and mappings of all facts: their scenario, the keys that lead there, and themselves."""
    for scenario, seen in facts.items():
        yield from ((scenario, place, part) for place, part in within(seen.get("facts", {})) if part)


def within(fact: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The lists and mappings in a mapping, and the keys that lead there."""
    for key, part in fact.items():
        if isinstance(part, list | Mapping):
            yield (key,), part
        if isinstance(part, Mapping):
            yield from (((key, *place), inner) for place, inner in within(part))


def replaced(facts: Facts, scenario: str, place: tuple[str, ...], by: object) -> Facts:
    """Facts with another part in one place."""
    changed = copy.deepcopy(dict(facts))
    holder = changed[scenario]["facts"]
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = by
    return changed


def passes(exercise: Exercise, expected: Expected, claimed: Facts) -> bool:
    """Whether facts earn what the reference's do; those that a check stumbles over do not."""
    both = {"right": expected.reference, "claimed": claimed}
    try:
        right, seen = judge(exercise, exercise.tests, expected, both).values()
    except JudgeError:
        return False
    return [verdict.status for verdict in right] == [verdict.status for verdict in seen]
