"""One exercise of some students, graded as `make grade` grades it, its records and teacher's pages included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import workers
from grader.course import course
from grader.exercise import Exercise
from grader.report.plain import printable
from grader.report.tally import Tally
from grader.results import ExerciseResult
from grader.visits import Round


class GradingError(Exception):
    """A submission could not be graded through no fault of its own; the text says why and what to do."""


@dataclass(frozen=True)
class Graded:
    """Results by student, and why there is none."""

    exercise: Exercise
    results: dict[str, ExerciseResult]
    faults: dict[str, str]

    def result(self, student: str) -> ExerciseResult:
        """A student's result. GradingError if there is none: that is never a zero. What a submission printed may be
        among the reasons."""
        if student not in self.results:
            why = printable(self.faults.get(student, "nothing was handed in under this name"), kept="\n")
            raise GradingError(f"{self.exercise.id} of {student} was not graded: {why}")
        return self.results[student]


def graded(exercise: Exercise, folders: Sequence[Path], out: Path) -> Graded:
    """Grade students' folders, side by side; what `out` holds already of the same submissions is taken over.

    Raises CourseError where nobody can be graded, say because this machine has no box.
    """
    tally = Tally(len(folders))
    with workers.local() as crew, course(out, [exercise], crew, tally) as desk:
        made = Round(crew, desk, without_walls=False)
        for visits in (made.visits(folders), made.second_visits()):
            desk.mark((visit.student, visit.records) for visit in visits)
        found = {name: desk.ledger.result(name) for name in (folder.name for folder in folders)}
    results = {name: result["exercises"][exercise.id] for name, result in found.items() if result}
    return Graded(
        exercise, {name: part for name, part in results.items() if name not in tally.faults}, tally.faults
    )
