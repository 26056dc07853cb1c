"""The other ways in and out: the exchange, downloads from a learning platform, and the gradebook."""

from __future__ import annotations

import csv
import getpass
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import notebook_hash

from grader import sealed
from grader.course import grade
from grader.exercise import ROOT, exercise
from grader.hub import inbound
from grader.hub.collect import NAME, ReleaseFeedback, mend
from grader.hub.course import write_course
from grader.hub.gradebook import GradebookError, rows, write
from grader.hub.notebook import grade_id
from grader.workers import local
from tests.hub.course import Course

EX3 = exercise("ex3")
RIGHT = EX3.reference.read_text(encoding="utf-8")
WRONG = (EX3.solution / "mistakes" / "step-each-micro-batch.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = Course(tmp_path_factory.mktemp("course"), EX3)
    write_course(made.root, [EX3])
    return made


def points(course: Course, student: str) -> float:
    return sum(value or 0 for value in course.scores()[student].values())


def test_scores_of_make_grade_go_in_and_out_again(fresh: Course, tmp_path: Path) -> None:
    for student, text in {"ada": RIGHT, "bob": WRONG}.items():
        (tmp_path / "in" / student / "ex3").mkdir(parents=True)
        (tmp_path / "in" / student / "ex3" / "gradient_accumulation.py").write_text(text, encoding="utf-8")
    (tmp_path / "in" / "cyd").mkdir()
    with local() as crew:
        grade(tmp_path / "in", tmp_path / "out", [EX3], crew, lambda _: None)
    command = [
        sys.executable,
        "-m",
        "grader.hub.gradebook",
        str(tmp_path / "out"),
        str(fresh.root / "gradebook.db"),
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout == "Students written: 3.\n", ended.stderr
    assert ended.stderr == ""
    ended = fresh.nbgrader("export", "--exporter", "grader.hub.gradebook.Rows", "--to", "rows.csv")
    assert ended.returncode == 0, ended.stderr
    with (fresh.root / "rows.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    for path in (tmp_path / "out" / "results").glob("*.json"):
        result = json.loads(path.read_text(encoding="utf-8"))
        checks = {
            check["id"].replace(".", "_").replace("-", "_"): check["earned"]
            for check in result["exercises"]["ex3"]["checks"]
        }
        assert checks == {row["row"]: float(row["earned"]) for row in table if row["student"] == path.stem}
    assert {row["by"] for row in table} == {"kit"}


def test_no_name_of_a_students_making_is_a_formula() -> None:
    grade = SimpleNamespace(
        name="ex3_steps", needs_manual_grade=False, auto_score=2.0, manual_score=None, max_score=3.0, score=2.0
    )
    notebook = SimpleNamespace(name="ex3", grades=[grade], late_submission_penalty=1.0)
    submission = SimpleNamespace(student=SimpleNamespace(id="=1+1;=2"), notebooks=[notebook])
    assert [row[0] for row in rows(submission)] == [r"'=1+1\x3b=2"] * 2


def test_a_persons_grade_stays_and_is_said_to_be_one(fresh: Course, tmp_path: Path) -> None:
    result = {
        "student": "dora", "score": 0.0, "max_score": 20.0,
        "exercises": {"ex3": {"score": 0.0, "max_score": 20.0, "status": "graded", "file": None, "reason": None,
                              "notes": [], "walls": None,
                              "checks": [{"id": c.id, "points": c.points, "earned": 0.0} for c in EX3.checks]}},
    }  # fmt: skip
    (tmp_path / "dora.json").write_text(json.dumps(result), encoding="utf-8")
    with Gradebook(f"sqlite:///{fresh.root / 'gradebook.db'}") as gradebook:
        write(tmp_path, gradebook)
        grade_of_steps = gradebook.find_grade("ex3_steps", "ex3", "ex3", "dora")
        grade_of_steps.manual_score = 2.5
        gradebook.db.commit()
        for earned, waits in ((0.0, False), (1.0, True), (1.0, True)):
            write_result(
                tmp_path / "dora.json",
                "dora",
                [{"id": check.id, "points": check.points, "earned": earned} for check in EX3.checks],
            )
            write(tmp_path, gradebook)
            steps = gradebook.find_grade("ex3_steps", "ex3", "ex3", "dora")
            assert (steps.score, steps.needs_manual_grade) == (2.5, waits)


def write_result(path: Path, student: str | None, checks: list[dict[str, object]]) -> None:
    result = {"student": student, "exercises": {"ex3": {"checks": checks, "status": "graded"}}}
    path.write_text(json.dumps(result), encoding="utf-8")


def test_results_that_do_not_fit_the_gradebook_are_not_written(fresh: Course, tmp_path: Path) -> None:
    with Gradebook(f"sqlite:///{fresh.root / 'gradebook.db'}") as gradebook:
        with pytest.raises(GradebookError, match="holds no results"):
            write(tmp_path, gradebook)
        text = '{"student": "eva", "exercises": {"ex2": {"checks": [], "status": "graded"}}}'
        (tmp_path / "eva.json").write_text(text, encoding="utf-8")
        with pytest.raises(GradebookError, match="ex2 is not in this gradebook"):
            write(tmp_path, gradebook)
        (tmp_path / "eva.json").unlink()
        rows = [{"id": check.id, "points": check.points, "earned": 1.0} for check in EX3.checks]
        renamed, worth = [rows[0] | {"id": "ex3.sameness"}, *rows[1:]], [rows[0] | {"points": 12.0}, *rows[1:]]
        out = tmp_path / "graded"
        (out / "results").mkdir(parents=True)
        for name in ("amy", "gone"):
            write_result(out / "results" / f"{name}.json", name, rows)
        sealed.write(out / ".ledger.json", {"gone": ["gone"]})
        assert write(out / "results", gradebook) == (1, [])
        assert "gone" not in {student.id for student in gradebook.students}
        gradebook.remove_student("amy")
        write_result(tmp_path / "amy.json", "amy", rows)
        for name, checks, why in [
            ("kim", renamed, "other rows or points now"),
            ("lea", worth, "other rows or points now"),
            ("b\udcff", rows, "can't hold this student's name"),
            ("b<img src=q onerror=alert(1)>", rows, "can't hold this student's name"),
            (None, rows, "can't be read"),
        ]:
            write_result(tmp_path / "zoe.json", name, checks)
            with pytest.raises(GradebookError, match=why):
                write(tmp_path, gradebook)
        (tmp_path / "zoe.json").write_text("{", encoding="utf-8")
        with pytest.raises(GradebookError, match="can't be read"):
            write(tmp_path, gradebook)
        assert not {"eva", "amy", "kim", "lea"} & {student.id for student in gradebook.students}


def test_who_has_no_result_now_keeps_no_score_of_an_earlier_one(fresh: Course, tmp_path: Path) -> None:
    out = tmp_path / "graded"
    (out / "results").mkdir(parents=True)
    rows = [{"id": check.id, "points": check.points, "earned": check.points} for check in EX3.checks]
    without = ["gil", "h\udcff", "ida"]  # a name that is no text is in no gradebook
    for name in ("finn", "gil"):
        write_result(out / "results" / f"{name}.json", name, rows)
    with Gradebook(f"sqlite:///{fresh.root / 'gradebook.db'}") as gradebook:
        assert write(out / "results", gradebook) == (2, [])
        sealed.write(out / ".ledger.json", {"exercises": ["ex3"], "unseen": dict.fromkeys(without, "a fault")})
        assert write(out / "results", gradebook) == (1, without)
        grades = {name: gradebook.find_grade("ex3_steps", "ex3", "ex3", name) for name in ("finn", "gil")}
        assert {name: grade.needs_manual_grade for name, grade in grades.items()} == {"finn": False, "gil": True}
        assert (grades["finn"].auto_score, grades["gil"].auto_score) == (3.0, None)
        for name in grades:
            gradebook.remove_student(name)


def test_results_that_may_not_be_read_are_told_of_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "graded" / ".ledger.json").mkdir(parents=True)
    with pytest.raises(GradebookError, match=r"graded can't be read: .*Run this as whoever"):
        write(tmp_path / "graded" / "results", None)


def enrol(course: Course, student: str) -> None:
    """Have a student in the class list: once it has any, it tells Blackboard's users from titles."""
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_student(student)


def test_downloads_of_three_platforms_are_collected_by_their_students(fresh: Course) -> None:
    archive = fresh.root / "downloaded" / "ex3" / "archive"
    archive.mkdir(parents=True)
    enrol(fresh, "bbob")
    notebook = json.dumps(fresh.solved(RIGHT))
    with zipfile.ZipFile(archive / "all.zip", "w") as download:
        download.writestr("lovelaceada_12345_678910_ex3-1.ipynb", notebook)
        download.writestr("ex3_bbob_attempt_2026-02-01-12-00-00_ex3.ipynb", notebook)
        download.writestr("Cyd Charisse_4711_assignsubmission_file_/Exercise 3.ipynb", notebook)
        download.writestr("lovelaceada_12345_678911_holiday.ipynb", notebook)
    ended = fresh.nbgrader("zip_collect", "ex3")
    assert ended.returncode == 0, ended.stderr
    collected = {path.parent.parent.name for path in fresh.root.glob("submitted/*/ex3/ex3.ipynb")}
    assert {"lovelaceada", "bbob", "4711"} <= collected
    assert not list(fresh.root.glob("submitted/*/ex3/holiday.ipynb"))


def test_a_student_cannot_choose_whose_a_download_is_nor_end_the_collecting(fresh: Course) -> None:
    archive = fresh.root / "downloaded" / "ex3" / "archive"
    archive.mkdir(parents=True, exist_ok=True)
    enrol(fresh, "jon")
    right, wrong = json.dumps(fresh.solved(RIGHT)), json.dumps(fresh.solved(WRONG))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as own:
        own.writestr("ada_7_8_ex3.ipynb", wrong)
    with zipfile.ZipFile(archive / "all.zip", "w") as download:
        download.writestr("Eve M_123_assignsubmission_file_/x_999_attempt_2026-01-01-00-00-00_ex3.ipynb", wrong)
        download.writestr("Fay M_124_assignsubmission_file_/Ada L_998_assignsubmission_file_/ex3.ipynb", right)
        download.writestr("gus_3_4_hand-in.zip", inner.getvalue())
        download.writestr("hal_5_6_ex3.ipynb", right)
        download.writestr("hal_5_7_ex3-1.ipynb", wrong)
        download.writestr("ida_5_6_ex3.ipynb", right)
        download.writestr("ida_5_7_ex3-1.ipynb", right)
        download.writestr("ex3_jon_attempt_2026-99-99-99-99-99_ex3.ipynb", right)
        download.writestr("ex3_.._attempt_2026-02-01-12-00-00_ex3.ipynb", wrong)
    ended = fresh.nbgrader("zip_collect", "ex3", "--force")
    assert ended.returncode == 0, ended.stderr
    collected = {path.parent.parent.name for path in fresh.root.glob("submitted/*/ex3/ex3.ipynb")}
    assert {"124", "ida", "jon"} <= collected
    assert not {"999", "998", "ada", "hal"} & collected
    assert not (fresh.root / "ex3").exists()
    assert "hal_5_7_ex3-1.ipynb is not its student's only notebook" in ended.stderr


def test_a_renamed_notebook_goes_through_the_exchange_and_its_feedback_comes_back(
    fresh: Course, tmp_path: Path
) -> None:
    exchange = ["--course", "proteins", f"--Exchange.root={tmp_path / 'exchange'}"]
    (tmp_path / "exchange").mkdir(mode=0o777)
    home = tmp_path / "student"
    home.mkdir()
    student = Course(home, EX3)
    cache = [f"--Exchange.cache={home / 'cache'}"]
    steps = [
        (fresh, ["release_assignment", "ex3", *exchange]),
        (student, ["fetch_assignment", "ex3", *exchange, *cache]),
    ]
    for who, arguments in steps:
        ended = who.nbgrader(*arguments)
        assert ended.returncode == 0, ended.stderr
    (home / "ex3" / "ex3.ipynb").unlink()
    (home / "ex3" / "my ex3 final.ipynb").write_text("{}", encoding="utf-8")
    (home / "ex3" / "my ex3 final.ipynb").rename(home / "ex3" / "ex3 final.ipynb")
    (home / "ex3" / "ex3 final.ipynb").write_text(json.dumps(fresh.solved(WRONG)), encoding="utf-8")
    me = getpass.getuser()
    steps = [
        (student, ["submit", "ex3", *exchange, *cache]),
        (fresh, ["collect", "ex3", *exchange]),
        (fresh, ["autograde", "ex3", "--student", me]),
        (fresh, ["generate_feedback", "ex3", "--student", me]),
        (fresh, ["release_feedback", "ex3", "--student", me, *exchange]),
        (student, ["fetch_feedback", "ex3", *exchange, *cache]),
    ]
    for who, arguments in steps:
        ended = who.nbgrader(*arguments)
        assert ended.returncode == 0, (arguments, ended.stderr)
    assert points(fresh, me) == 4
    (page,) = home.glob("ex3/feedback/*/ex3 final.html")
    assert "mistake: ex3.step-each-micro-batch" in page.read_text(encoding="utf-8")
    secret = (fresh.folder(me) / "submission_secret.txt").read_text(encoding="utf-8")
    assert (
        tmp_path / "exchange/proteins/feedback" / f"{notebook_hash(secret=secret, notebook_id='ex3')}.html"
    ).exists()


def test_only_pages_of_notebooks_are_released(tmp_path: Path) -> None:
    for student in ("ada", "bob", "cyd", "dan"):
        feedback, graded = (tmp_path / step / student / "ex3" for step in ("feedback", "autograded"))
        graded.mkdir(parents=True)
        (graded / "ex3.ipynb").touch()
        feedback.mkdir(parents=True)
        (feedback / "ex3.html").write_text(student, encoding="utf-8")
        (feedback / inbound.SECRET).write_text(student, encoding="utf-8")
    (tmp_path / "feedback" / "bob" / "ex3" / "foo.html").mkdir()
    (tmp_path / "feedback" / "bob" / "ex3" / "own.html").write_text("no page", encoding="utf-8")
    (tmp_path / "feedback" / "cyd" / "ex3" / inbound.SECRET).unlink()
    (tmp_path / "submitted" / "ada").mkdir(parents=True)
    (tmp_path / "submitted" / "ada" / NAME.format("ex3")).write_text("ex3 final", encoding="utf-8")
    (tmp_path / "exchange").mkdir(mode=0o777)
    course = CourseDirectory(
        root=str(tmp_path), course_id="proteins", assignment_id="ex3", student_id_exclude="dan"
    )
    ReleaseFeedback(coursedir=course, root=str(tmp_path / "exchange")).start()
    released = (tmp_path / "exchange" / "proteins" / "feedback").iterdir()
    assert {page.stem: page.read_text(encoding="utf-8") for page in released} == {
        notebook_hash(secret=student, notebook_id=name): student
        for student, name in [("ada", "ex3"), ("ada", "ex3 final"), ("bob", "ex3")]
    }


def test_a_course_is_made_by_a_python_that_is_on_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")  # as for `make release`, whose Python is .venv/bin/python
    write_course(tmp_path / "course", [EX3])
    assert (tmp_path / "course" / "release" / "ex3" / "ex3.ipynb").exists()


def test_names_are_mended_only_where_a_notebook_is_plainly_the_exercise(fresh: Course) -> None:
    fresh.hand_in("one", fresh.solved(RIGHT), name="EX3 (2).ipynb")
    fresh.hand_in("two", fresh.solved(RIGHT), name="ex3-1.ipynb")
    fresh.hand_in("two", fresh.solved(WRONG), name="ex3-2.ipynb")
    for student in ("one", "two"):
        mend(fresh.folder(student), EX3)
    assert (fresh.folder("one").parent / NAME.format("ex3")).read_text(encoding="utf-8") == "EX3 (2)"
    assert sorted(path.name for path in fresh.folder("two").iterdir()) == [
        "ex3-1.ipynb",
        "ex3-2.ipynb",
        "ex3.ipynb",
    ]


def test_grade_ids_are_those_of_the_gradebook(fresh: Course) -> None:
    with Gradebook(f"sqlite:///{fresh.root / 'gradebook.db'}") as gradebook:
        names = {cell.name for cell in gradebook.find_notebook("ex3", "ex3").grade_cells}
    assert names == set(map(grade_id, EX3.checks))
