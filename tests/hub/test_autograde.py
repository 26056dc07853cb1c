"""nbgrader with the kit as its judge: the faults of plain nbgrader do not happen; what cannot be graded is no mark.

One batch holds everybody: whoever comes after a student with a broken notebook is graded all the same.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook

from grader.course import grade
from grader.exercise import exercise
from grader.hub import WIDTH
from grader.hub.autograde import of_cells, parts, write_all
from grader.hub.collect import mend
from grader.hub.course import surroundings, write_course
from grader.hub.grading import GradingError
from grader.hub.notebook import grade_id
from grader.results import exercise_result
from grader.workers import local
from tests.hub.course import Course

EX3 = exercise("ex3")
RIGHT = EX3.reference.read_text(encoding="utf-8")
WRONG = (EX3.solution / "mistakes" / "step-each-micro-batch.py").read_text(encoding="utf-8")


def named(made: NotebookNode, name: str) -> NotebookNode:
    """The cell of a grade id."""
    return next(c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def twice(made: NotebookNode) -> None:
    """Duplicated cells: a test, a text, and a solution."""
    made.cells += [named(made, "ex3_steps").copy(), made.cells[0].copy()]
    made.cells += [named(made, "ex3_solution_train_epoch_accumulated").copy()]


def without_tests(made: NotebookNode) -> None:
    """Deleted test cells, the text before them too."""
    gone = ("ex3_equivalence", "ex3_leftover", "ex3_hidden", "ex3_check")
    made.cells = [c for c in made.cells if c.metadata.nbgrader["grade_id"] not in gone]


def renamed_cells(made: NotebookNode) -> None:
    """Changed ids: of a test, and of the solution."""
    named(made, "ex3_steps").metadata.nbgrader["grade_id"] = "my_steps"
    named(made, "ex3_solution_train_epoch_accumulated").metadata.nbgrader["grade_id"] = "mine"


def damaged_metadata(made: NotebookNode) -> None:
    """Metadata that lack something, or are of another kind or version."""
    made.cells[0].pop("metadata")
    named_id = made.cells[1].metadata
    named_id["nbgrader"] = "locked"
    made.cells[2].metadata["nbgrader"].pop("grade_id")
    for cell in made.cells[3:]:
        cell.metadata["nbgrader"]["schema_version"] = 99


def edited_tests(made: NotebookNode) -> None:
    """Edited locked cells: they claim full points, or are text now."""
    named(made, "ex3_steps").source = "3.0"
    named(made, "ex3_edges").source = "print('nan')"
    leftover = named(made, "ex3_leftover")
    leftover["cell_type"] = "markdown"
    named(made, "ex3_ragged").metadata.nbgrader["points"] = 200


def from_colab(made: NotebookNode) -> None:
    """No metadata of nbgrader, metadata of Colab's own, and old cells without ids."""
    made.nbformat_minor = 0
    for place, cell in enumerate(made.cells):
        cell.metadata = {"id": f"abc{place}", "colab": {"base_uri": "https://localhost:8080/"}}
        cell.pop("id")
    made.cells.insert(0, {"cell_type": "code", "source": ["!pip install -q nothing\n", "%matplotlib inline"]})


def from_vs_code(made: NotebookNode) -> None:
    """Another kernel, and languages at the cells."""
    made.metadata["kernelspec"] = {"name": "my-venv", "display_name": "venv", "language": "python"}
    for cell in made.cells:
        cell.metadata["vscode"] = {"languageId": "python"}


def first(code: str):  # type: ignore[no-untyped-def]
    """A change: a cell before all others."""
    return lambda made: made.cells.insert(0, v4.new_code_cell(code))


def with_outputs(megabytes: int):  # type: ignore[no-untyped-def]
    """A change: outputs of this size."""

    def change(made: NotebookNode) -> None:
        text = "x" * (megabytes * 1_000_000)
        made.cells.append(v4.new_code_cell("1", outputs=[v4.new_output("stream", text=text)]))

    return change


def half_a_character(made: NotebookNode) -> None:
    """JSON can spell what no file of text can hold."""
    made.cells.append(v4.new_markdown_cell("\ud800"))


FULL = {
    "right": None,
    "twice": twice,
    "without-tests": without_tests,
    "renamed-cells": renamed_cells,
    "damaged-metadata": damaged_metadata,
    "half-a-character": half_a_character,
    "from-colab": from_colab,
    "from-vs-code": from_vs_code,
    "warns": first("import sys, warnings\nwarnings.warn('old')\nprint('careful', file=sys.stderr)"),
    "no-traceback": first("get_ipython().showtraceback = None\nget_ipython().run_cell = None"),
    "loops": first("while True:\n    pass"),
    "twenty-megabytes": with_outputs(20),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course in which everybody was autograded at once."""
    made = Course(tmp_path_factory.mktemp("course"), EX3)
    write_course(made.root, [EX3])
    for student, change in FULL.items():
        made.hand_in(student, made.solved(RIGHT, change) if change else made.solved(RIGHT))
    made.hand_in("another-name", made.solved(RIGHT), name="ex3 (1).ipynb")
    made.hand_in("step-each", made.solved(WRONG))
    made.hand_in("step-each-edited", made.solved(WRONG, edited_tests))
    made.hand_in("nothing-written", made.released())
    made.hand_in("fifty-megabytes", made.solved(RIGHT, with_outputs(50)))
    made.hand_in("no-notebook", "{broken")
    made.hand_in("a-list", "[]")
    made.hand_in("of-no-format", '{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code"}, 1]}]}')
    made.hand_in("dies", made.solved("import os\nos._exit(1)\n" + RIGHT))
    mend(made.folder("another-name"), EX3)
    ended = made.nbgrader("autograde", "ex3")
    assert ended.returncode == 0, ended.stderr
    return made


def total(scores: dict[str, float | None]) -> float:
    assert all(points is not None for points in scores.values()), scores
    return sum(points or 0 for points in scores.values())


@pytest.mark.parametrize("student", [*FULL, "another-name"])
def test_a_right_answer_keeps_its_points_whatever_happened_to_its_notebook(course: Course, student: str) -> None:
    assert total(course.scores()[student]) == 20


def test_a_notebook_to_look_at_names_its_language() -> None:
    assert of_cells([]).metadata.language_info.name == "python", "nbconvert's own choice is slow"


def test_of_what_a_cell_says_of_itself_only_its_name_is_kept() -> None:
    """All else would be copied, however deep it is."""
    nested = json.loads('{"a":' * 600 + "1" + "}" * 600)
    assert parts({"metadata": {"nbgrader": {"grade_id": "one", "more": nested}}})[2] == {"grade_id": "one"}
    assert parts({"metadata": {"nbgrader": {"grade_id": nested}}})[2] is None


def test_a_wrong_answer_loses_the_same_with_edited_tests(course: Course) -> None:
    scores = course.scores()
    assert scores["step-each"] == scores["step-each-edited"]
    assert 0 < total(scores["step-each"]) < 10
    assert scores["step-each"]["ex3_steps"] == 0


@pytest.mark.parametrize(
    "student", ["nothing-written", "fifty-megabytes", "no-notebook", "a-list", "of-no-format", "dies"]
)
def test_what_cannot_be_judged_scores_nothing_and_says_why(course: Course, student: str) -> None:
    assert total(course.scores()[student]) == 0
    said = named(course.autograded(student), "ex3_equivalence").outputs[0].text
    assert said.splitlines()[-1].partition(": ")[2]


def test_scores_are_those_of_make_grade(course: Course, tmp_path: Path) -> None:
    with local() as crew:
        grade(course.root / "submitted", tmp_path / "out", [EX3], crew, lambda _: None)
    scores = course.scores()
    for path in (tmp_path / "out" / "results").glob("*.json"):
        part = json.loads(path.read_text(encoding="utf-8"))["exercises"]["ex3"]
        earned = {check["id"]: check["earned"] for check in part["checks"]}
        assert scores[path.stem] == {grade_id(c): earned.get(c.id, 0.0) for c in EX3.checks}, path.stem
    assert len(scores) == len(list((tmp_path / "out" / "results").glob("*.json")))


def test_each_test_cell_has_a_message_and_then_one_number(course: Course) -> None:
    for student in course.scores():
        tests = [c for c in course.autograded(student).cells if c.metadata.get("nbgrader", {}).get("grade")]
        assert [c.metadata.nbgrader["grade_id"] for c in tests] == list(map(grade_id, by_shown()))
        for cell in tests:
            said, number = cell.outputs
            assert said.name == "stdout"
            assert said.text.strip()
            assert 0 <= float(number.data["text/plain"]) <= cell.metadata.nbgrader["points"]


def by_shown():  # type: ignore[no-untyped-def]
    return sorted(EX3.checks, key=lambda check: not check.visible)


def test_the_named_mistake_and_its_hint_stand_in_the_cell(course: Course) -> None:
    said = named(course.autograded("step-each"), "ex3_steps").outputs[0].text
    assert "mistake: ex3.step-each-micro-batch" in said
    assert "hint: Reread" in said
    assert max(map(len, said.splitlines())) <= WIDTH


def test_feedback_shows_points_message_and_hint(course: Course) -> None:
    ended = course.nbgrader("generate_feedback", "ex3", "--student", "step-each")
    assert ended.returncode == 0, ended.stderr
    page = (course.root / "feedback" / "step-each" / "ex3" / "ex3.html").read_text(encoding="utf-8")
    assert "ex3.steps: 0 of 3 points" in page
    assert "hint: Reread" in page
    assert "Your code updates the weights after every micro-batch" in " ".join(page.split())


@pytest.fixture
def small(course: Course, tmp_path: Path) -> Course:
    """The course, with nothing handed in yet."""
    made = Course(tmp_path / "course", EX3)
    shutil.copytree(course.root, made.root, ignore=shutil.ignore_patterns("graded", "autograded", "submitted"))
    return made


def exported(course: Course, *arguments: str) -> list[dict[str, str]]:
    """The table of an exporter of nbgrader."""
    ended = course.nbgrader("export", "--to", "table.csv", *arguments)
    assert ended.returncode == 0, ended.stderr
    with (course.root / "table.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


LATE = """
from nbgrader.plugins import BasePlugin

class TwoAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2 * total_seconds_late // 3600
"""


@pytest.mark.parametrize(
    ("setting", "penalty"),
    [("AssignLatePenalties.plugin_class=late.TwoAnHour", 6), ("LateSubmissionPlugin.penalty_method=zero", 20)],
    ids=["a-plug-in", "nbgraders-own"],
)
def test_a_late_submission_loses_what_nbgraders_plug_in_takes(small: Course, setting: str, penalty: float) -> None:
    (small.root / "late.py").write_text(LATE, encoding="utf-8")
    due = small.nbgrader("db", "assignment", "add", "ex3", "--duedate", "2026-02-01 12:00:00 UTC")
    assert due.returncode == 0, due.stderr
    for student, hour in {"late-one": 15, "in-time": 11}.items():
        small.hand_in(student, small.solved(RIGHT))
        handed_in = small.folder(student) / "timestamp.txt"
        handed_in.write_text(f"2026-02-01 {hour}:00:00 UTC", encoding="utf-8")
        ended = small.nbgrader("autograde", "ex3", "--student", student, f"--{setting}")
        assert ended.returncode == 0, ended.stderr
    totals = {row["student_id"]: float(row["score"]) for row in exported(small)}
    assert (totals["late-one"], totals["in-time"]) == (20 - penalty, 20)
    rows = exported(small, "--exporter", "grader.hub.gradebook.Rows")
    assert sum(float(row["earned"]) for row in rows if row["student"] == "late-one") == 20 - penalty
    assert sum(float(row["earned"]) for row in rows if row["student"] == "in-time") == 20


def test_a_grade_that_a_person_gave_outlives_another_autograde(small: Course) -> None:
    small.hand_in("by-hand", small.solved(WRONG))
    for points in (None, 2.5):
        ended = small.nbgrader("autograde", "ex3", "--student", "by-hand", "--force")
        assert ended.returncode == 0, ended.stderr
        with Gradebook(f"sqlite:///{small.root / 'gradebook.db'}") as gradebook:
            steps = gradebook.find_grade("ex3_steps", "ex3", "ex3", "by-hand")
            assert (steps.auto_score, steps.manual_score) == (0, points)
            steps.manual_score = 2.5
            gradebook.db.commit()
    (row,) = [row for row in exported(small) if row["student_id"] == "by-hand"]
    assert float(row["score"]) == 4 + 2.5


KILLED = """
import os
import sys

from nbgrader.apps.nbgraderapp import main

from grader.hub import autograde

autograde.write_all = lambda *_: os._exit(9)
sys.argv[1:] = ["autograde", "ex3", "--student", "killed", "--force"]
main()
"""


def test_a_folder_in_a_notebooks_place_is_graded_as_no_work(small: Course) -> None:
    small.hand_in("folder", small.solved(WRONG))
    assert small.nbgrader("autograde", "ex3", "--student", "folder").returncode == 0
    notebook = small.folder("folder") / "ex3.ipynb"
    notebook.unlink()
    notebook.mkdir()
    ended = small.nbgrader("autograde", "ex3", "--student", "folder", "--force")
    assert (ended.returncode, set(small.scores()["folder"].values())) == (0, {0.0}), ended.stderr


def test_where_a_run_was_killed_no_older_mark_stands(small: Course) -> None:
    small.hand_in("killed", small.solved(WRONG))
    assert small.nbgrader("autograde", "ex3", "--student", "killed").returncode == 0
    assert None not in small.scores()["killed"].values()
    small.hand_in("killed", small.solved(RIGHT))
    ended = subprocess.run([sys.executable, "-c", KILLED], cwd=small.root, env=surroundings(), check=False)
    assert ended.returncode == 9
    assert set(small.scores()["killed"].values()) == {None}


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"BOX": "none"}, "no wall that holds it"),
        ({"BOX": "namespaces", "PATH": "/nowhere"}, "does not stand here"),
    ],
    ids=["switched-off", "not-there"],
)
def test_without_a_box_there_is_an_error_and_no_mark(small: Course, environment: dict[str, str], why: str) -> None:
    small.hand_in("right", small.solved(RIGHT))
    ended = small.nbgrader("autograde", "ex3", "--student", "right", **environment)
    assert ended.returncode != 0
    assert why in ended.stderr
    assert not (small.root / "autograded" / "right" / "ex3").exists()
    assert set(small.scores()["right"].values()) == {None}


def test_another_rubric_than_the_released_one_is_an_error(course: Course) -> None:
    made = course.autograded("right")
    named(made, "ex3_steps").metadata.nbgrader["points"] = 5
    with pytest.raises(GradingError, match="other rows or points"):
        write_all(made, EX3, exercise_result(EX3, "missing", reason="nothing there"))
