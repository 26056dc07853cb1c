"""`make luck`: is any verdict a matter of luck?

    python -m tests.luck                       every row that draws, of all exercises, under 200 seeds
    python -m tests.luck ex1 50                one exercise, under 50
    python -m tests.luck ex1.learns 200 a.py   one row, for some programs alone

Right answers are tried under so many seeds, wrong ones under a fifth of them. Prints a line for each program that
was unlucky and a table with a line for each row, and draws the pictures beside this file where all programs were
tried. Exit status 1 if a verdict was not as it should be.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.exercise import exercise, exercises
from grader.expected import Observe
from grader.workers import local, side_by_side
from tests.corpus import Answer, answer, answers
from tests.luck.pictures import draw
from tests.luck.rows import Fate, fates, survey
from tests.luck.thresholds import THRESHOLDS

COLUMNS = ("row", "right", "seeds", "false failures", "wrong", "seeds", "false passes", "kept rows lost", "margin")
SEEDS = 200
WRONG = 5  # a wrong answer is tried under so many times fewer seeds


@dataclass(frozen=True)
class Outcome:
    """How all programs fared in one row; `shows` says whether its facts differ from seed to seed."""

    row: str
    shows: bool
    fates: Sequence[Fate]

    @property
    def right(self) -> list[Fate]:
        """The right programs'."""
        return [fate for fate in self.fates if fate.answer.right]

    @property
    def wrong(self) -> list[Fate]:
        """Those of the wrong programs that should lose the row."""
        return [fate for fate in self.fates if not fate.due]

    @property
    def kept(self) -> list[Fate]:
        """Those of the wrong programs that should keep it."""
        return [fate for fate in self.fates if fate.due and not fate.answer.right]

    @property
    def margin(self) -> str:
        """How far the nearest programs are from the threshold, or why there is none."""
        if self.row not in THRESHOLDS:
            return "yes or no, from drawn numbers" if self.shows else "no fact differs"
        threshold = THRESHOLDS[self.row]
        right, wrong = ([n for fate in part for n in fate.numbers] for part in (self.right, self.wrong))
        words = [f"limit {threshold.limit:g}"]
        words += [f"right {threshold.worst(right, right=True):.3g}"] if right else []
        return ", ".join(words + ([f"wrong {threshold.worst(wrong, right=False):.3g}"] if wrong else []))

    def cells(self) -> tuple[str, ...]:
        """The row's line in the table."""
        parts = (self.right, self.wrong)
        tried = [cell for part in parts for cell in (str(len(part)), seeds_of(part), false(part))]
        return (self.row, *tried, f"{false(self.kept)} of {len(self.kept)}", self.margin)


def seeds_of(part: Sequence[Fate]) -> str:
    """Under how many seeds some programs were tried."""
    return str(len(part[0].passed)) if part else "-"


def false(part: Sequence[Fate]) -> str:
    """How many verdicts on some programs were not as they should be."""
    return str(sum(fate.false for fate in part))


def outcomes(name: str, files: Sequence[Answer], seeds: int, observe: Observe) -> list[Outcome]:
    """How some programs, or else the corpus, fare in the rows of an exercise that draw, or in one row."""
    item = exercise(name.partition(".")[0])
    right = [Answer(item.reference), *(entry for entry in answers(item.id) if entry.right)]
    found = survey(item, right, observe)
    tried = [one for one in found.rows if name in (item.id, one.check.id)]
    programs = list(files) or [*right, *(entry for entry in answers(item.id) if not entry.right)]
    fared = fates(found, tried, [entry for entry in programs if entry.right], seeds, observe)
    fared += fates(found, tried, [entry for entry in programs if not entry.right], max(seeds // WRONG, 1), observe)
    return [Outcome(one.check.id, bool(one.scenarios & found.shown), of_row(one.check.id, fared)) for one in tried]


def of_row(row: str, fared: Sequence[dict[str, Fate]]) -> list[Fate]:
    """The fates in one row."""
    return [by_row[row] for by_row in fared if row in by_row]


def tell(outcome: Outcome, everyone: bool) -> None:
    """Print a line for each program that was unlucky, or for everyone."""
    for fate in outcome.fates:
        if fate.false or everyone:
            said = "; ".join(f"{count} times: {words}" for words, count in fate.words.most_common(3))
            numbers = f"; {min(fate.numbers):.4g} to {max(fate.numbers):.4g}" if fate.numbers else ""
            path = f"{fate.answer.path.parent.name}/{fate.answer.path.name}"
            print(f"{outcome.row}, {path}: {sum(fate.passed)} of {len(fate.passed)} passed{numbers}. {said}")


def main(*arguments: str) -> int:
    """Try programs under many seeds and print how they fare."""
    files = [answer(Path(word).absolute()) for word in arguments if word.endswith(".py")]
    seeds = next((int(word) for word in arguments if word.isdigit()), SEEDS)
    wanted = [word for word in arguments if word.startswith("ex") and not word.endswith(".py")]
    table = Table(*COLUMNS)
    unlucky = 0
    with local() as crew:
        for name in wanted or [item.id for item in exercises()]:
            start = time.monotonic()
            for outcome in outcomes(name, files, seeds, side_by_side(crew)):
                tell(outcome, everyone=bool(files))
                table.add_row(*outcome.cells())
                unlucky += sum(fate.false for fate in outcome.fates)
                if outcome.row in THRESHOLDS and not files:
                    draw(outcome.row, outcome.right, outcome.wrong)
            print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    Console(width=150).print(table)
    return int(unlucky > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
