"""`results.csv`: one row for a student and check, for a spreadsheet or a gradebook.

| column | what it holds |
|---|---|
| student | the name of the student's folder, spelled so that none is a formula and no two are one: see `cell` |
| exercise, check | `ex3`, `ex3.steps` |
| points, earned | what the check is worth, and what the student has of it |
| status | the check's status; the exercise's where none of its checks was judged |
| visible | `True` if `make check` shows the check to students |
| misconception | the mistake that explains the loss, if one is known |
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.exercise import Exercise
from grader.report.plain import printable
from grader.results import OWNER, Result, write_whole

COLUMNS = ("student", "exercise", "check", "points", "earned", "status", "visible", "misconception")

FORMULA = "=+\\-@＝＋－＠"  # what one begins with; the wide ones, to some spreadsheets
FIRST = re.compile(rf"\s*[{FORMULA}]|'")
SECOND = re.compile(rf";(?=[\s'\"]*[{FORMULA}])")  # a formula in a cell of its own, once the row is cut there


def write_csv(path: Path, results: Iterable[Result], exercises: Sequence[Exercise]) -> None:
    """Write the table, for its owner alone, as it holds everybody's marks: students in the order given, checks in
    the rubric's."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerows(rows(result, exercises))
    write_whole(path, text.getvalue(), OWNER)


def cell(name: str) -> str:
    r"""A name as one cell: where students choose theirs, it may look like a formula, which a spreadsheet runs.

    A ' before it makes it text. So may what follows a semicolon, which is where a cell ends to many a spreadsheet:
    it is spelled out, `\x3b`, as is what cannot be printed, `\n`. No two names are spelled alike, or a gradebook
    would take two students for one: each backslash is doubled, and before a ' there is another one.
    """
    text = printable(name.replace("\\", r"\\"))
    return SECOND.sub(r"\\x3b", ("'" if FIRST.match(name) else "") + text)


def rows(result: Result, exercises: Sequence[Exercise]) -> Iterator[tuple[object, ...]]:
    """A student's rows; an exercise that was not graded has a row of 0 points for each check, with its status."""
    for exercise in exercises:
        part = result["exercises"][exercise.id]
        made = {check["id"]: check for check in part["checks"]}
        for row in exercise.checks:
            student = (cell(result["student"]), exercise.id, row.id, row.points)
            if check := made.get(row.id):
                yield *student, check["earned"], check["status"], row.visible, check["misconception"] or ""
            else:
                yield *student, 0.0, part["status"], row.visible, ""
