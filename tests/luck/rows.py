"""The rows of a rubric under many seeds: who passes how often, and how far from a threshold."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from itertools import islice

from grader.box.job import GPU, Job, Observation
from grader.exercise import Check, Exercise
from grader.expected import Expected, Observe, reference
from grader.judge import Bench
from grader.seen import NotObserved, Seen
from tests.corpus import Answer, short
from tests.luck.seeds import Facts, by_seed, drawing, draws_job, seeds_jobs
from tests.luck.thresholds import THRESHOLDS


@dataclass(frozen=True)
class Row:
    """A row of a rubric with the test that judges it."""

    check: Check
    test: Callable[..., None]

    @property
    def name(self) -> str:
        """The row without its exercise."""
        return short(self.check.id)

    @cached_property
    def scenarios(self) -> frozenset[str]:
        """What the test looks at: the names of its arguments."""
        return frozenset(inspect.signature(self.test).parameters)


def rows(item: Exercise) -> list[Row]:
    """All rows but the GPU's, which is worth no points."""
    modules = {True: f"grader.exercises.{item.id}.test_visible", False: f"solutions.{item.id}.test_hidden"}
    found = [Row(check, getattr(import_module(modules[check.visible]), check.test)) for check in item.checks]
    return [row for row in found if GPU not in row.scenarios]


@dataclass(frozen=True)
class Survey:
    """An exercise, what is expected of a program, and which scenarios draw.

    A scenario draws if for the reference or a right answer, under a few seeds, its facts differ, or a global
    generator is drawn from before it is seeded anew, or is seeded anew from something else. Facts alone would not
    do: a yes or a no is the same under most seeds, and is what luck could turn. What stays unseen is a generator of
    a program's own that nobody seeds, where its luck shows in no fact under any of these seeds.
    """

    item: Exercise
    expected: Expected
    drawn: frozenset[str]  # the seed reaches them
    shown: frozenset[str]  # and shows in their facts

    @property
    def rows(self) -> list[Row]:
        """The rows that look at a scenario that draws."""
        return [row for row in rows(self.item) if row.scenarios & self.drawn]


def survey(item: Exercise, right: Sequence[Answer], observe: Observe) -> Survey:
    """Find out which scenarios draw: by all answers but those too slow to be seen under several seeds in one go."""
    every = sorted({name for row in rows(item) for name in row.scenarios})
    observations = observe([draws_job(item, answer.path, every) for answer in right])
    in_time = [one for one in observations if not any("timeout" in seen for seen in one["scenarios"].values())]
    drawn, shown = zip(*map(drawing, in_time), strict=True)
    expected = Expected(reference(item, observe), {})
    return Survey(item, expected, frozenset().union(*drawn), frozenset().union(*shown))


@dataclass
class Fate:
    """How one program fared in one row, seed by seed."""

    answer: Answer
    due: bool  # whether it should pass
    passed: list[bool] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)  # where the row has a threshold, and the program a number
    words: Counter[str] = field(default_factory=Counter)  # what was said where a verdict was not as it should be

    @property
    def false(self) -> int:
        """Under how many seeds the verdict was not as it should be."""
        return sum(passed != self.due for passed in self.passed)


@dataclass(frozen=True)
class Trial:
    """One answer before some rows: a right one before all, a wrong one before those that it should lose.

    A row that a wrong answer should keep is judged as well where it looks at nothing more that draws.
    """

    survey: Survey
    tried: Sequence[Row]
    answer: Answer
    seeds: int

    @cached_property
    def drawn(self) -> frozenset[str]:
        """The scenarios to run under all seeds."""
        due = [row for row in self.tried if self.answer.right or row.name in self.answer.loses]
        return self.survey.drawn.intersection(name for row in due for name in row.scenarios)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows to judge it by."""
        certain = [row for row in self.tried if row.name not in self.answer.may_lose]
        return [row for row in certain if self.drawn and row.scenarios & self.survey.drawn <= self.drawn]

    @cached_property
    def jobs(self) -> list[Job]:
        """What is to be seen for that."""
        steady = {name for row in self.rows for name in row.scenarios - self.drawn}
        return seeds_jobs(self.survey.item, self.answer.path, sorted(self.drawn), sorted(steady), self.seeds)

    def fates(self, observations: Sequence[Observation]) -> dict[str, Fate]:
        """How the answer fared in each row."""
        seen = list(by_seed(observations, sorted(self.drawn), self.seeds))
        return {row.check.id: self.fate(row, seen) for row in self.rows}

    def fate(self, row: Row, seen: Sequence[Facts]) -> Fate:
        """How the answer fared in one row."""
        bench = Bench(self.survey.item, self.survey.expected, {})
        fate = Fate(self.answer, due=row.name not in self.answer.loses)
        for facts in seen:
            arguments = bench.seen(facts, row.scenarios)
            verdict = bench.verdict(row.check, row.test, arguments)
            fate.passed.append(verdict.status == "passed")
            if fate.passed[-1] != fate.due:
                fate.words[verdict.observed or str(dict(verdict.absence)) if fate.due else "passed"] += 1
            number = number_of(row, arguments)
            fate.numbers += [] if number is None else [number]
        return fate


def number_of(row: Row, arguments: dict[str, Seen]) -> float | None:
    """What a row with a threshold measures; None where there is nothing to measure."""
    try:
        return THRESHOLDS[row.check.id].of(arguments) if row.check.id in THRESHOLDS else None
    except NotObserved:
        return None


def fates(
    survey: Survey, tried: Sequence[Row], answers: Sequence[Answer], seeds: int, observe: Observe
) -> list[dict[str, Fate]]:
    """How each of some answers fared, by row."""
    trials = [Trial(survey, tried, answer, seeds) for answer in answers]
    trials = [trial for trial in trials if trial.rows]
    observations = iter(observe([job for trial in trials for job in trial.jobs]))
    return [trial.fates(list(islice(observations, len(trial.jobs)))) for trial in trials]
