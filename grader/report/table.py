"""`results.csv`: one row for a student and check, for a spreadsheet or a gradebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.exercise import Exercise
from grader.results import Result, write_whole

COLUMNS = ("student", "exercise", "check", "points", "earned", "status", "visible", "misconception")


def write_csv(path: Path, results: Sequence[Result], exercises: Sequence[Exercise]) -> None:
    """Write the table: students in the order given, checks in the rubric's."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerows(rows(result, exercises))
    write_whole(path, text.getvalue())


def rows(result: Result, exercises: Sequence[Exercise]) -> Iterator[tuple[object, ...]]:
    """A student's rows; an exercise that was not graded has a row of 0 points for each check, with its status."""
    for exercise in exercises:
        part = result["exercises"][exercise.id]
        checks = {check["id"]: check for check in part["checks"]}
        for check in exercise.checks:
            made = checks.get(check.id)
            earned, status = (made["earned"], made["status"]) if made else (0.0, part["status"])
            name = (made and made["misconception"]) or ""
            yield result["student"], exercise.id, check.id, check.points, earned, status, check.visible, name
