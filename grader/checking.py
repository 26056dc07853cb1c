"""`make check`: one student's own file, judged at once by the visible checks on the student's own machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import record, submission
from grader.box import is_none, open_box
from grader.exercise import Exercise
from grader.expected import Box, recorded
from grader.judge import Verdict, judge
from grader.record import Record
from grader.submission import Missing, Refused, Source


class CheckError(Exception):
    """A check could not run; the text says why and what to do."""


@dataclass(frozen=True)
class Report:
    """What `make check` shows of one exercise."""

    exercise: Exercise
    record: Record
    verdicts: Sequence[Verdict]
    walls: str

    @property
    def without_walls(self) -> bool:
        """Whether nothing stood between the code and the machine."""
        return is_none(self.walls)

    @property
    def passed(self) -> bool:
        """Whether every visible check passed; a GPU row that was skipped counts for nothing."""
        return self.record["status"] == "graded" and all(
            verdict.status in ("passed", "skipped") for verdict in self.verdicts
        )


def check(exercises: Sequence[Exercise], file: Path | None = None) -> list[Report]:
    """Judge the student's file of each exercise (or `file`) by its visible checks.

    Raises CheckError if the file is missing or cannot be read.
    """
    with open_box() as box:
        return [check_one(exercise, file or exercise.file, box) for exercise in exercises]


def check_one(exercise: Exercise, file: Path, box: Box) -> Report:
    """Observe one file and judge it. Raises CheckError if the file is missing or cannot be read."""
    try:
        found = submission.read(file, exercise.id) if file.exists() else Missing(f"{file} is not there.")
    except OSError as error:
        raise CheckError(f"{file} could not be read: {error.strerror}. Try again.") from error
    if isinstance(found, Missing | Refused):
        raise CheckError(found.reason)
    return report_on(found, exercise, box)


def report_on(found: Source, exercise: Exercise, box: Box) -> Report:
    """Observe a source and judge what was seen."""
    job = record.job_of(found, exercise, exercise.visible_scenarios())
    kept = record.of(found, exercise, box.observe(job))
    verdicts: list[Verdict] = []
    if kept["status"] == "graded":
        facts = {"you": record.facts(kept)}
        verdicts = judge(exercise, [exercise.visible_tests], recorded(exercise), facts)["you"]
    walls = record.walls(kept) or ""
    return Report(exercise, kept, verdicts, walls)
