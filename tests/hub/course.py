"""A course folder in which students have handed in notebooks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess, run

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from grader.exercise import Exercise
from grader.hub.course import surroundings

Change = Callable[[NotebookNode], None]


def unchanged(_: NotebookNode) -> None:
    """Leave a notebook as it is."""


@dataclass(frozen=True)
class Course:
    """A course folder of one exercise."""

    root: Path
    exercise: Exercise

    def released(self) -> NotebookNode:
        """What a student fetches."""
        name = self.exercise.id
        return nbformat.read(self.root / "release" / name / f"{name}.ipynb", as_version=4)

    def solved(self, answer: str, change: Change = unchanged) -> NotebookNode:
        """The released notebook with an answer in its first solution cell."""
        made = self.released()
        cells = [cell for cell in made.cells if cell.metadata.nbgrader["solution"]]
        cells[0].source = answer
        for cell in cells[1:]:
            cell.source = ""
        change(made)
        return made

    def folder(self, student: str) -> Path:
        """Where a student's files of the exercise are collected."""
        folder = self.root / "submitted" / student / self.exercise.id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def hand_in(self, student: str, notebook: NotebookNode | str, name: str = "") -> None:
        """Hand in a notebook, or any text under its name, whatever nbformat would say of it."""
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        (self.folder(student) / (name or f"{self.exercise.id}.ipynb")).write_text(text, encoding="utf-8")

    def nbgrader(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        """Run one of nbgrader's commands."""
        return run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.root,
            env=surroundings() | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=550,
        )

    def scores(self) -> dict[str, dict[str, float | None]]:
        """The points that nbgrader took down, by student and test cell; None where a person has to look."""
        name = self.exercise.id
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            return {
                found.student.id: {
                    grade.name: None if grade.needs_manual_grade else grade.auto_score
                    for notebook in found.notebooks
                    for grade in notebook.grades
                }
                for found in gradebook.assignment_submissions(name)
            }

    def autograded(self, student: str) -> NotebookNode:
        """The notebook that nbgrader keeps of a graded submission."""
        name = self.exercise.id
        return nbformat.read(self.root / "autograded" / student / name / f"{name}.ipynb", as_version=4)
