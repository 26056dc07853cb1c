"""The notebooks are made of the exercises' own sources, and what the kit adds to them is nobody's answer."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader import record
from grader.exercise import Exercise, exercises
from grader.expected import Observe, observed
from grader.hub.notebook import BEGIN, grade_id, notebook
from grader.judge import judge
from grader.submission import Source, is_untouched

EXERCISES = pytest.mark.parametrize("item", exercises(), ids=lambda item: item.id)


def nbgrader(cell: nbformat.NotebookNode) -> dict[str, Any]:
    found: dict[str, Any] = cell.metadata["nbgrader"]
    return found


def solved(item: Exercise) -> nbformat.NotebookNode:
    return notebook(item, item.reference.read_text(encoding="utf-8"))


def handed_in(folder: Path, item: Exercise, made: nbformat.NotebookNode) -> Source:
    nbformat.write(made, folder / f"{item.id}.ipynb")
    found = record.find(folder, item)
    assert isinstance(found, Source)
    return found


@EXERCISES
def test_each_row_has_one_locked_test_cell_with_its_points(item: Exercise) -> None:
    tests = [cell for cell in notebook(item).cells if nbgrader(cell)["grade"]]
    assert {nbgrader(c)["grade_id"]: nbgrader(c)["points"] for c in tests} == {
        grade_id(check): check.points for check in item.checks
    }
    assert all(nbgrader(cell)["locked"] and not nbgrader(cell)["solution"] for cell in tests)
    assert len(tests) == len(item.checks)


@EXERCISES
def test_each_definition_of_the_stub_has_one_solution_cell_of_its_text(item: Exercise) -> None:
    cells = [cell for cell in notebook(item).cells if nbgrader(cell)["solution"]]
    assert [ast.parse(cell.source).body[0].name for cell in cells] == list(item.stub.names)  # type: ignore[attr-defined]
    assert all(cell.source in item.stub.text for cell in cells)


@EXERCISES
def test_every_other_cell_is_locked_and_ids_are_what_nbgrader_takes(item: Exercise) -> None:
    cells = notebook(item).cells
    ids = [nbgrader(cell)["grade_id"] for cell in cells]
    assert all(nbgrader(cell)["solution"] != nbgrader(cell)["locked"] for cell in cells)
    assert len(set(ids)) == len(ids)
    assert all(name.replace("_", "").replace("-", "").isalnum() and name.isascii() for name in ids)


@EXERCISES
def test_the_same_sources_give_the_same_bytes(item: Exercise) -> None:
    assert nbformat.writes(notebook(item)) == nbformat.writes(notebook(item))


@EXERCISES
def test_the_untouched_notebook_is_not_started(item: Exercise, tmp_path: Path) -> None:
    found = handed_in(tmp_path, item, notebook(item))
    assert is_untouched(found, item.stub.text)
    assert record.of(found, item, None)["status"] == "not-started"


@EXERCISES
def test_nothing_of_the_solution_is_in_what_a_student_gets(item: Exercise) -> None:
    assert BEGIN in nbformat.writes(solved(item))
    assert BEGIN not in nbformat.writes(notebook(item))


def test_the_solved_notebooks_score_full_marks(tmp_path: Path, observe: Observe) -> None:
    for item in exercises():
        job = record.job(handed_in(tmp_path, item, solved(item)), item)
        assert job
        (seen,) = observe([job])
        assert seen["loading"]["skipped"] == []
        verdicts = judge(item, item.tests, observed(item, observe), {"you": seen["scenarios"]})["you"]
        assert sum(verdict.earned for verdict in verdicts) == item.max_score, item.id
