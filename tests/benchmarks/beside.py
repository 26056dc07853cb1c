"""nbgrader's own autograde on the same work, with tests in cells, as a course without the kit writes them."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from grader.hub.course import surroundings
from tests.benchmarks.work import FIVE, Programs

CELLS = Path(__file__).parent / "cells"


def submissions_a_minute(root: Path, programs: Mapping[str, Programs]) -> float:
    """Grade a class with `nbgrader autograde`; how many submissions it finishes in a minute."""
    set_up(root)
    for student, own in programs.items():
        for name, text in own.items():
            hand_in(root, student, name, text)
    began = time.monotonic()
    for exercise in FIVE:
        nbgrader(root, "autograde", exercise.id)
    minutes = (time.monotonic() - began) / 60
    graded = list((root / "autograded").glob("*/*/*.ipynb"))
    wanted = len(programs) * len(FIVE)
    if len(graded) != wanted:
        raise RuntimeError(f"nbgrader graded {len(graded)} of {wanted} notebooks.")
    return wanted / minutes


def set_up(root: Path) -> None:
    """A course with an assignment for each exercise, released."""
    root.mkdir()
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'proteins'\n")
    for exercise in FIVE:
        folder = root / "source" / exercise.id
        folder.mkdir(parents=True)
        reference = exercise.reference.read_text(encoding="utf-8")
        cells = [cell("work", f"### BEGIN SOLUTION\n{reference}\n### END SOLUTION", solution=True)]
        text = (CELLS / f"{exercise.id}.py").read_text(encoding="utf-8")
        tests = re.findall(r"# %% points (\d+)\n(.*?)(?=# %%|\Z)", text, re.DOTALL)
        cells += [cell(f"test-{i}", test, points=int(points)) for i, (points, test) in enumerate(tests)]
        nbformat.write(new_notebook(cells=cells, metadata=PYTHON), folder / f"{exercise.id}.ipynb")
        nbgrader(root, "generate_assignment", exercise.id)


PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def cell(name: str, text: str, points: int = 0, solution: bool = False) -> Any:
    """A cell that students write, or one that tests them for some points."""
    kept = {
        "grade_id": name, "grade": not solution, "solution": solution, "locked": not solution,
        "task": False, "schema_version": 3, **({} if solution else {"points": points}),
    }  # fmt: skip
    return new_code_cell(text, metadata={"nbgrader": kept})


def hand_in(root: Path, student: str, name: str, text: str) -> None:
    """A student's notebook: the released one, with the student's work in it."""
    notebook = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
    notebook.cells[0].source = text
    folder = root / "submitted" / student / name
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")


def nbgrader(root: Path, *words: str) -> None:
    """Run one of nbgrader's commands in a course. RuntimeError if it fails."""
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=root, capture_output=True, text=True, check=False,
        env=surroundings() | {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"},
    )  # fmt: skip
    if ran.returncode:
        raise RuntimeError(f"nbgrader {' '.join(words)} ended with {ran.returncode}: {ran.stderr[-3000:]}")
