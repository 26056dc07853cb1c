"""Scores of `make grade` into a gradebook of nbgrader that is there already, and each row's points out of it again.

    python -P -m grader.hub.gradebook graded course/gradebook.db
    nbgrader export --exporter grader.hub.gradebook.Rows --to rows.csv

A grade that a person gave stays. What was graded by hand or waits for a person is said so on the way out, and what
a late submission lost is a row of its own, so that the rows of a student add up to nbgrader's score.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin
from sqlalchemy.exc import SAWarning

from grader.exercise import Exercise, ExerciseError, exercise
from grader.hub.inbound import can_be_shown
from grader.hub.notebook import grade_id
from grader.ledger import Ledger
from grader.report.plain import printable
from grader.report.table import cell
from grader.results import ExerciseResult, Result

WITHOUT = (
    "No result, so that rows of an earlier one wait for a person now: {names}. `make grade` says why; run it "
    "again, and then this."
)
COLUMNS = ("student", "row", "points", "earned", "by")


class GradebookError(Exception):
    """A result does not fit the gradebook; the text says why and what to do. Nothing was written."""


def write(results: Path, gradebook: Any) -> tuple[int, list[str]]:
    """Write every `results/<student>.json` of a run into a gradebook; how many students there were, and who has no
    result.

    Students who are new are added; those whose folders are gone are left out. What an earlier run scored of a
    student who has no result now is taken back: it waits for a person. Raises GradebookError if OUT can't be read,
    or if a result or an exercise that was released has other rows or points than the rubric.
    """
    try:
        ledger = Ledger(results.parent)
        expected = set(ledger.students())
    except OSError as error:  # its book is its owner's alone
        raise GradebookError(
            f"{results.parent} can't be read: {error.strerror}. Run this as whoever ran `make grade`."
        ) from error
    stale = {*ledger.gone, *ledger.unseen}
    found = [read(path) for path in sorted(results.glob("*.json")) if path.stem not in stale]
    without = sorted(expected - {result["student"] for result in found})
    if not found:
        raise GradebookError(f"{results} holds no results. Run `make grade` first, and name its OUT here.")
    for name in {name for result in found for name in result["exercises"]}:
        check_fits(exercise(name), gradebook)
    for result in found:
        gradebook.update_or_create_student(result["student"])
        for name, part in result["exercises"].items():
            write_one(result["student"], exercise(name), part, gradebook)
    for student in filter(can_be_held, without):
        take_back(student, ledger.exercises, gradebook)
    return len(found), without


def can_be_held(name: str) -> bool:
    """Whether a gradebook can hold a name: that of a folder may be no text at all, or a page's."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return can_be_shown(name)


def take_back(student: str, names: Sequence[str], gradebook: Any) -> None:
    """Have what was scored of a student's earlier work wait for a person, but for what a person graded."""
    for name in names:
        with contextlib.suppress(MissingEntry):  # nothing was handed in before
            for grade in gradebook.find_submission_notebook(name, name, student).grades:
                score(grade, None)
    gradebook.db.commit()


def read(path: Path) -> Result:
    """A result whose every row is as the rubric has it now. GradebookError if it is none."""
    try:
        result: Result = json.loads(path.read_text(encoding="utf-8"))
        held = can_be_held(result["student"])
        parts = [(exercise(name), part["checks"]) for name, part in result["exercises"].items()]
        judged = [({row["id"]: row["points"] for row in rows}, item) for item, rows in parts if rows]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GradebookError(f"{path} can't be read. Delete it, and run `make grade` again.") from error
    if not held:
        raise GradebookError(
            f"{path.name}: a gradebook and its pages can't hold this student's name. Rename the folder."
        )
    for points, item in judged:
        if points != {check.id: check.points for check in item.checks}:
            raise GradebookError(f"{path}: {item.id} has other rows or points now. Run `make judge` first.")
    return result


def check_fits(item: Exercise, gradebook: Any) -> None:
    """Hold the rubric to what was released."""
    try:
        cells = gradebook.find_notebook(item.id, item.id).grade_cells
    except MissingEntry as error:
        raise GradebookError(f"{item.id} is not in this gradebook. Release it with nbgrader first.") from error
    if {cell.name: cell.max_score for cell in cells} != {grade_id(check): check.points for check in item.checks}:
        raise GradebookError(f"{item.id} was released with other rows or points than now. Release it again.")


def write_one(student: str, item: Exercise, part: ExerciseResult, gradebook: Any) -> None:
    """Write one exercise of one student; a missing one is no submission, and one of before is taken back."""
    if part["status"] == "missing":
        take_back(student, [item.id], gradebook)
        return
    with warnings.catch_warnings():  # nbgrader links a submission before it adds it, of which SQLAlchemy 2.1 warns
        warnings.simplefilter("ignore", SAWarning)
        gradebook.update_or_create_submission(item.id, student)
    earned = {check["id"]: check["earned"] for check in part["checks"]}
    for check in item.checks:
        grade = gradebook.find_grade(grade_id(check), item.id, item.id, student)
        score(grade, earned.get(check.id, 0.0))
    gradebook.db.commit()


def score(grade: Any, points: float | None) -> None:
    """Score one row. What a person graded waits for one again if it was graded beside another score."""
    waited, changed = grade.needs_manual_grade, grade.auto_score != points
    grade.auto_score = points
    grade.needs_manual_grade = points is None if grade.manual_score is None else waited or changed


class Rows(ExportPlugin):
    """Exports the points of each row: nbgrader's own exporter writes those of an assignment alone."""

    def export(self, gradebook: Any) -> None:
        """Write a CSV file. What nobody has graded has no points there: an empty place is no zero."""
        with Path(self.to or "rows.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                for submission in sorted(assignment.submissions, key=lambda one: str(one.student.id)):
                    table.writerows(rows(submission))


def rows(submission: Any) -> Iterator[tuple[str, str, float, float | str, str]]:
    """The rows of a submission: whose, which, of how many points, how many earned, and who says so."""
    student = cell(submission.student.id)
    for notebook in submission.notebooks:
        for grade in sorted(notebook.grades, key=lambda one: str(one.name)):
            waits = grade.needs_manual_grade or (grade.auto_score is None and grade.manual_score is None)
            by = "waits" if waits else "person" if grade.manual_score is not None else "kit"
            yield student, grade.name, grade.max_score, "" if waits else grade.score, by
        if notebook.late_submission_penalty:
            late = f"{notebook.name}_late_penalty"
            yield student, late, 0.0, -notebook.late_submission_penalty, "lateness"


def main() -> int:
    """Write the results of a run into a gradebook."""
    parser = argparse.ArgumentParser(prog="python -P -m grader.hub.gradebook", description=__doc__)
    parser.add_argument("out", type=Path, help="the OUT of `make grade`")
    parser.add_argument("gradebook", type=Path, help="nbgrader's gradebook.db of the course")
    options = parser.parse_args()
    if not options.gradebook.exists():
        print(f"{options.gradebook} is not there. Name the gradebook.db of a course.", file=sys.stderr)
        return 2
    try:
        with Gradebook(f"sqlite:///{options.gradebook.resolve()}") as gradebook:
            count, without = write(options.out / "results", gradebook)
    except (GradebookError, ExerciseError) as error:
        print(printable(str(error)), file=sys.stderr)  # a folder's name may stand in it
        return 2
    print(f"Students written: {count}.")
    if without:
        print(WITHOUT.format(names=", ".join(map(cell, without))), file=sys.stderr)
    return 2 if without else 0


if __name__ == "__main__":
    sys.exit(main())
