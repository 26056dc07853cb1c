"""`make grade` over the five exercises: a class of references, stubs, known mistakes and what is none.

Of each exercise some mistakes hand in, spread evenly; `make audit` judges every one.
"""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader import course, workers
from grader.exercise import Exercise, exercises
from grader.mistakes import Mistake, mistakes
from tests.classes import of_everyone
from tests.corpus import spread

FIVE = [exercise for exercise in exercises() if exercise.id in ("ex1", "ex2", "ex3", "ex4", "ex5")]
MISTAKES = [(exercise, mistake) for exercise in FIVE for mistake in spread([*mistakes(exercise)], 6)]


def hand_in(inbox: Path, student: str, exercise: Exercise, text: str) -> None:
    """One file of one student."""
    path = inbox / student / exercise.id / exercise.stub.name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def as_notebook(program: str) -> str:
    """A notebook with a program's definitions, a cell for each statement."""
    tree = ast.parse(program)
    cells = [new_code_cell(ast.get_source_segment(program, statement)) for statement in tree.body]
    cells.insert(0, new_code_cell("%matplotlib inline\n!pip install torch"))
    cells.insert(1, new_markdown_cell("# My work"))
    return str(nbformat.writes(new_notebook(cells=cells)))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("inbox")
    for exercise in FIVE:
        reference = exercise.reference.read_text(encoding="utf-8")
        hand_in(root, "reference", exercise, reference)
        hand_in(root, "stub", exercise, exercise.stub.text)
        hand_in(root, "syntax-error", exercise, f"{reference}\ndef broken(:\n")
        if exercise.id == "ex3":
            (root / "notebook").mkdir()
            (root / "notebook" / "ex3.ipynb").write_text(as_notebook(reference), encoding="utf-8")
    for exercise, mistake in MISTAKES:
        program = mistakes(exercise)[mistake].read_text(encoding="utf-8")
        hand_in(root, f"{exercise.id}.{mistake.name}", exercise, program)
    (root / "nobody").mkdir()
    return root


@pytest.fixture(scope="module")
def out(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The whole class, graded by two workers."""
    place = tmp_path_factory.mktemp("graded") / "out"
    grade(inbox, place, 2)
    yield place
    shutil.rmtree(place)


def grade(inbox: Path, out: Path, size: int) -> None:
    """Grade a class of which nobody may be left without a result."""
    with workers.local(size) as crew:
        assert course.grade(inbox, out, FIVE, crew, lambda _: None).faults == {}


def result(out: Path, student: str) -> Any:
    return json.loads((out / "results" / f"{student}.json").read_text(encoding="utf-8"))


def lost(part: Any) -> dict[str, str]:
    """The rows that did not pass, with the mistake that is named."""
    return {row["id"]: row["misconception"] for row in part["checks"] if row["status"] not in ("passed", "skipped")}


def statuses(out: Path, student: str) -> set[str]:
    return {part["status"] for part in result(out, student)["exercises"].values()}


def test_the_references_have_all_points(out: Path) -> None:
    made = result(out, "reference")
    assert {name: lost(part) for name, part in made["exercises"].items()} == {item.id: {} for item in FIVE}
    assert (made["score"], made["max_score"]) == (100.0, 100.0)


@pytest.mark.parametrize(
    ("student", "status"), [("stub", "not-started"), ("nobody", "missing"), ("syntax-error", "import-error")]
)
def test_what_is_no_answer_has_none(out: Path, student: str, status: str) -> None:
    made = result(out, student)
    assert (made["score"], statuses(out, student)) == (0.0, {status})
    assert all(part["reason"] for part in made["exercises"].values())


@pytest.mark.parametrize("exercise", FIVE, ids=lambda item: str(item.id))
def test_a_syntax_error_is_told_with_its_line(out: Path, exercise: Exercise) -> None:
    line = exercise.reference.read_text(encoding="utf-8").count("\n") + 2
    assert f"could not read line {line}." in result(out, "syntax-error")["exercises"][exercise.id]["reason"]


def test_a_notebook_is_as_good_as_a_script(out: Path) -> None:
    part = result(out, "notebook")["exercises"]["ex3"]
    assert (part["score"], part["file"], lost(part)) == (20.0, "ex3.ipynb", {})


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=[f"{e.id}.{m.name}" for e, m in MISTAKES])
def test_a_mistake_costs_its_rows_and_is_named(out: Path, exercise: Exercise, mistake: Mistake) -> None:
    part = result(out, f"{exercise.id}.{mistake.name}")["exercises"][exercise.id]
    rows = lost(part)
    assert set(mistake.costs) <= set(rows) <= {*mistake.costs, *mistake.may_cost}
    assert part["score"] == 20.0 - sum(check.points for check in exercise.checks if check.id in rows)
    assert {named for named in rows.values() if named} == {mistake.id}


def test_one_worker_gives_the_bytes_of_two(inbox: Path, out: Path, tmp_path: Path) -> None:
    chosen = ["reference", "stub", "syntax-error", "notebook", "nobody", *first_of_each(MISTAKES)]
    for student in chosen:
        (tmp_path / "inbox").mkdir(exist_ok=True)
        shutil.copytree(inbox / student, tmp_path / "inbox" / student)
    grade(tmp_path / "inbox", tmp_path / "out", 1)
    alone = {name: text for name, text in of_everyone(tmp_path / "out").items() if name != "results.csv"}
    assert len(alone) == 2 * len(chosen)
    assert alone == {name: text for name, text in of_everyone(out).items() if name in alone}


def first_of_each(pairs: Sequence[tuple[Exercise, Mistake]]) -> list[str]:
    """The first mistake of each exercise."""
    return list({exercise.id: f"{exercise.id}.{mistake.name}" for exercise, mistake in reversed(pairs)}.values())
