"""`make mutate`: does every mutant of every reference lose a point?

    python -m tests.mutation            all exercises
    python -m tests.mutation ex3        some of them

Prints the mutants that kept all points and are not in equivalent.toml, those in it that lost some, and a table.
Exit status 1 if there are any of either.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table

from grader.exercise import Exercise, exercise, exercises
from grader.expected import Expected, Observe, job_for, reference
from grader.judge import Verdict, judge
from grader.workers import local, side_by_side
from tests.mutation.equivalent import equivalent
from tests.mutation.mutants import Mutant, mutants


@dataclass(frozen=True)
class Fate:
    """A mutant, whether it is listed as equivalent, and its verdicts."""

    mutant: Mutant
    listed: bool
    verdicts: Sequence[Verdict]

    @property
    def lost(self) -> list[str]:
        """The rows that it lost points in, and how."""
        return [f"{v.check.id} {v.status}" for v in self.verdicts if v.earned < v.check.points]


def fates(item: Exercise, observe: Observe) -> list[Fate]:
    """Every mutant of an exercise's reference, judged by all checks. ValueError if the reference loses points."""
    unchanged = Mutant(item.id, "", "", "", item.reference.read_text(encoding="utf-8"))
    tried, listed = [unchanged, *mutants(item)], equivalent(item)
    job = job_for(item, item.reference, item.all_scenarios())
    observations = observe([replace(job, cells=(mutant.source,)) for mutant in tried])
    seen = {str(number): observation["scenarios"] for number, observation in enumerate(observations)}
    verdicts = judge(item, item.tests, Expected(reference(item, observe), {}), seen)
    control, *outcome = [Fate(mutant, mutant in listed, verdicts[str(n)]) for n, mutant in enumerate(tried)]
    if control.lost:
        raise ValueError(f"The reference of {item.id} loses {control.lost}, so its mutants' losses say nothing.")
    return outcome


def row(outcome: Sequence[Fate]) -> tuple[str, ...]:
    """The numbers of one line of the table."""
    lost = sum(bool(fate.lost) for fate in outcome)
    crash = sum(bool(fate.lost) and not any(row.endswith("failed") for row in fate.lost) for fate in outcome)
    listed = sum(fate.listed for fate in outcome)
    survive = sum(not fate.lost and not fate.listed for fate in outcome)
    return tuple(str(number) for number in (len(outcome), lost, crash, listed, survive))


def main(*names: str) -> int:
    """Judge the mutants and print what is to be said of them."""
    table = Table("exercise", "mutants", "lose points", "by errors alone", "equivalent", "survive", "seconds")
    disputed: list[Fate] = []
    everything: list[Fate] = []
    with local() as crew:
        for item in [exercise(name) for name in names] or exercises():
            start = time.monotonic()
            outcome = fates(item, side_by_side(crew))
            table.add_row(item.id, *row(outcome), f"{time.monotonic() - start:.0f}")
            disputed += [fate for fate in outcome if bool(fate.lost) == fate.listed]
            everything += outcome
    table.add_section()
    table.add_row("all", *row(everything), "")
    for fate in disputed:
        print(f"Listed as equivalent, but loses {fate.lost}:" if fate.listed else "Loses nothing:", fate.mutant)
    Console(width=110).print(table)
    return 1 if disputed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
