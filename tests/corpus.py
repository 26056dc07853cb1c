"""The corpora of right and wrong answers, and how each is judged.

`tests/submissions/exN/right/*.py` score full marks. `tests/submissions/exN/wrong/*.py` say in their docstring what
they lose, written before they were run: `Loses:` the rows, `May lose:` those that may fall as a consequence,
`Named:` the misconceptions that must be told (none, if the line is missing).

    python -m tests.corpus                judge all corpora and print a table (`make corpus`)
    python -m tests.corpus ex3            judge the corpus of an exercise, and say where its writers disagree
    python -m tests.corpus ex3 file.py    judge some files and print every verdict
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from grader.box.job import Observation
from grader.box.signs import suspicious
from grader.exercise import Exercise, exercise, exercises
from grader.expected import Observe, job_for, observed
from grader.judge import Verdict, judge
from grader.workers import local, side_by_side

Entry = TypeVar("Entry")
CORPUS = Path(__file__).parent / "submissions"
COLUMNS = ("right accepted", "wrong caught", "rows as expected", "names right", "names wrong")


@dataclass(frozen=True)
class Answer:
    """One program of a corpus and what its writer says of it: rubric rows and names without their exercise."""

    path: Path
    loses: frozenset[str] = frozenset()
    may_lose: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    @property
    def right(self) -> bool:
        """Whether it should score full marks."""
        return not self.loses


@dataclass(frozen=True)
class Judged:
    """An answer, its verdicts, and what of it looks like tampering."""

    answer: Answer
    verdicts: Sequence[Verdict]
    signs: Sequence[str]

    @property
    def lost(self) -> set[str]:
        """The rows that it does not pass."""
        return {short(v.check.id) for v in self.verdicts if v.status not in ("passed", "skipped")}

    @property
    def named(self) -> set[str]:
        """The misconceptions that it is told."""
        return {short(v.mistake.id) for v in self.verdicts if v.mistake}

    @property
    def as_expected(self) -> bool:
        """Whether it loses what its writer says, and nothing else."""
        answer = self.answer
        return answer.loses <= self.lost <= answer.loses | answer.may_lose

    def disputes(self) -> list[str]:
        """Where the verdicts are not what the writer says; empty if they agree."""
        answer = self.answer
        found = [f"keeps {row}" for row in sorted(answer.loses - self.lost)]
        found += [f"loses {row}" for row in sorted(self.lost - answer.loses - answer.may_lose)]
        found += [f"is not named {name}" for name in sorted(answer.named - self.named)]
        found += [f"is named {name}" for name in sorted(self.named - answer.named)]
        return found + [f"is suspected: {sign}" for sign in self.signs if answer.right]


def spread(entries: Sequence[Entry], count: int) -> list[Entry]:
    """`count` entries at even distances, all of them if there are fewer."""
    step = max(len(entries) / count, 1)
    return [entries[int(place * step)] for place in range(min(count, len(entries)))]


def short(name: str) -> str:
    """A rubric row or a misconception without its exercise."""
    return name.partition(".")[2]


def answers(exercise_id: str) -> list[Answer]:
    """The whole corpus of an exercise."""
    paths = sorted((CORPUS / exercise_id).glob("*/*.py"))
    return [answer(path) for path in paths]


def answer(path: Path) -> Answer:
    """A program with the labels of its docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    labels = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    loses, may_lose, named = (
        frozenset(name.strip() for name in labels.get(label, "").split(",") if name.strip())
        for label in ("Loses", "May lose", "Named")
    )
    if path.parent.name == "wrong" and not loses:
        raise ValueError(f"{path} must say in its docstring which rows it loses: 'Loses: equivalence, steps'.")
    return Answer(path, loses, may_lose, named)


def seen_of(item: Exercise, paths: Sequence[Path], observe: Observe) -> dict[str, Observation]:
    """Every program observed under all scenarios, by its path."""
    observations = observe([job_for(item, path, item.all_scenarios()) for path in paths])
    return {str(path): seen for path, seen in zip(paths, observations, strict=True)}


def verdicts_on(item: Exercise, paths: Sequence[Path], observe: Observe) -> dict[str, list[Verdict]]:
    """Every program observed and judged by all checks, by its path."""
    return verdicts_of(item, seen_of(item, paths, observe), observe)


def verdicts_of(item: Exercise, seen: Mapping[str, Observation], observe: Observe) -> dict[str, list[Verdict]]:
    """Programs that were observed, judged by all checks."""
    facts = {path: observation["scenarios"] for path, observation in seen.items()}
    return judge(item, item.tests, observed(item, observe), facts)


def judged(item: Exercise, corpus: Sequence[Answer], observe: Observe) -> list[Judged]:
    """Every answer of a corpus with its verdicts and signs; what is allowed is none."""
    seen = seen_of(item, [entry.path for entry in corpus], observe)
    verdicts = verdicts_of(item, seen, observe)
    signs = {path: suspicious(one["signs"]) for path, one in seen.items()}
    return [Judged(entry, verdicts[str(entry.path)], signs[str(entry.path)]) for entry in corpus]


def counts(outcome: Sequence[Judged]) -> tuple[str, ...]:
    """The cells of one exercise's line in the table."""
    right = [entry for entry in outcome if entry.answer.right]
    wrong = [entry for entry in outcome if not entry.answer.right]
    due = sum(len(entry.answer.named) for entry in outcome)
    told = sum(len(entry.answer.named & entry.named) for entry in outcome)
    return (
        f"{sum(not entry.lost for entry in right)} of {len(right)}",
        f"{sum(bool(entry.lost) for entry in wrong)} of {len(wrong)}",
        f"{sum(entry.as_expected for entry in outcome)} of {len(outcome)}",
        f"{told} of {due}",
        f"{sum(len(entry.named - entry.answer.named) for entry in outcome)}",
    )


def table(outcomes: dict[str, list[Judged]]) -> Table:
    """One line for each exercise, and one for all."""
    lines = Table("exercise", *COLUMNS, title="The corpora", title_justify="left")
    for name, outcome in outcomes.items():
        lines.add_row(name, *counts(outcome))
    lines.add_section()
    lines.add_row("all", *counts([entry for outcome in outcomes.values() for entry in outcome]))
    return lines


def show(entry: Judged) -> None:
    """Print every verdict on one answer."""
    for verdict in entry.verdicts:
        name = verdict.mistake.id if verdict.mistake else ""
        print(f"    {verdict.check.id:22} {verdict.status:8} {verdict.observed or verdict.absence or ''} {name}")


def main(*arguments: str) -> int:
    """Print how answers are judged; exit status 1 where that is not what their writers say."""
    items = [exercise(name) for name in arguments[:1]] or exercises()
    files = [Path(file).absolute() for file in arguments[1:]]
    outcomes: dict[str, list[Judged]] = {}
    with local() as executor:
        for item in items:
            corpus = [answer(file) for file in files] or answers(item.id)
            outcomes[item.id] = judged(item, corpus, side_by_side(executor))
    disputed = [entry for outcome in outcomes.values() for entry in outcome if entry.disputes()]
    for entry in [entry for outcome in outcomes.values() for entry in outcome] if files else disputed:
        print(f"{entry.answer.path}: {'; '.join(entry.disputes()) or 'as its writer says'}")
        if files:
            show(entry)
    Console(width=110).print(table(outcomes))
    return 1 if disputed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
