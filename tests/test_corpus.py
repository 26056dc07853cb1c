"""A part of both corpora, spread evenly over each exercise; `make corpus` judges all of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.console import Console

from grader.exercise import exercise, exercises
from grader.expected import Observe
from tests.corpus import Judged, answers, judged, spread, table

RIGHT, WRONG = 4, 10  # of each exercise: so many in `make test`
IDS = [item.id for item in exercises()]


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, list[Judged]]]:
    """What was judged so far; printed as one table at the end."""
    found: dict[str, list[Judged]] = {}
    yield found
    Console(width=110).print(table(found))


@pytest.mark.parametrize("name", IDS)
def test_the_corpus_is_large_enough(name: str) -> None:
    corpus = answers(name)
    assert sum(entry.right for entry in corpus) >= 15
    assert sum(not entry.right for entry in corpus) >= 20


@pytest.mark.parametrize("name", IDS)
def test_answers_are_judged_as_their_writers_say(
    name: str, observe: Observe, outcomes: dict[str, list[Judged]]
) -> None:
    corpus = answers(name)
    part = spread([entry for entry in corpus if entry.right], RIGHT)
    part += spread([entry for entry in corpus if not entry.right], WRONG)
    outcomes[name] = judged(exercise(name), part, observe)
    disputed = {entry.answer.path.name: entry.disputes() for entry in outcomes[name] if entry.disputes()}
    assert disputed == {}
