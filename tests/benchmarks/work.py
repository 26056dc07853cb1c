"""The work that is graded: a class of references and wrong programs, mixed, for ex1 to ex5."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from grader.exercise import Exercise, exercises
from grader.mistakes import mistakes

FIVE = [exercise for exercise in exercises() if exercise.id in ("ex1", "ex2", "ex3", "ex4", "ex5")]
Programs = Mapping[str, str]  # by exercise, of one student


def a_class(students: int) -> dict[str, Programs]:
    """Every student's programs: a third of them the reference, the others one of its known mistakes."""
    chance = random.Random(0)
    return {f"s{i:04}": {item.id: program(item, chance) for item in FIVE} for i in range(students)}


def program(exercise: Exercise, chance: random.Random) -> str:
    """A program that was handed in for an exercise."""
    wrong = list(mistakes(exercise).values())
    path = exercise.reference if chance.random() < 1 / 3 else chance.choice(wrong)
    return path.read_text(encoding="utf-8")


def hand_in(inbox: Path, programs: Mapping[str, Programs]) -> Path:
    """A folder for each student, a notebook for each exercise."""
    for student, own in programs.items():
        folder = inbox / student
        folder.mkdir(parents=True)
        for name, text in own.items():
            notebook = new_notebook(cells=[new_code_cell(text)])
            (folder / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    return inbox
