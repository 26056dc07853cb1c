"""Downloads from a learning platform: the platform says whose a file is, and one bad file ends nothing."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from grader.exercise import exercise
from grader.hub.collect import ANY_PLATFORM
from grader.hub.course import write_course
from tests.hub.course import Course

EX3 = exercise("ex3")
RIGHT = EX3.reference.read_text(encoding="utf-8")
WRONG = (EX3.solution / "mistakes" / "step-each-micro-batch.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    write_course(folder, [EX3])
    return folder


@pytest.fixture
def fresh(written: Path, tmp_path: Path) -> Course:
    return Course(shutil.copytree(written, tmp_path / "course"), EX3)


def zipped(files: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def collect(course: Course, files: dict[str, str | bytes]) -> str:
    """Collect a download of these files, and say what nbgrader said."""
    archive = course.root / "downloaded" / "ex3" / "archive"
    archive.mkdir(parents=True)
    (archive / "all.zip").write_bytes(zipped(files))
    return collect_again(course)


def collect_again(course: Course) -> str:
    ended = course.nbgrader("zip_collect", "ex3", "--force")
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


def collected(course: Course) -> dict[str, str]:
    """What was collected of each student."""
    found = course.root.glob("submitted/*/ex3/ex3.ipynb")
    return {path.parent.parent.name: path.read_text(encoding="utf-8") for path in found}


TIME = "2026-02-01-12-00-00"


@pytest.mark.parametrize(
    ("path", "platform", "student", "name"),
    [
        ("Ada L_998_assignsubmission_file_/ex3.ipynb", "moodle", "998", "ex3.ipynb"),
        ("Ada L_998_assignsubmission_file/a/ex3.ipynb", "moodle", "998", "ex3.ipynb"),
        ("Ada L_998_assignsubmission_file_ex3.ipynb", "moodle", "998", "ex3.ipynb"),
        (
            "Fay_124_assignsubmission_file_/a\nb/Ada_998_assignsubmission_file_/ex3.ipynb",
            "moodle",
            "124",
            None,
        ),
        ("Fay_124_assignsubmission_file_x_998_assignsubmission_file_/ex3.ipynb", "moodle", "124", None),
        (f"Fay_124_assignsubmission_file_ex3_998_attempt_{TIME}_ex3.ipynb", "moodle", "124", None),
        (f"ex3_1111_attempt_{TIME}_ex3.ipynb", "blackboard", "1111", "ex3.ipynb"),
        (f"ex3_1111_attempt_{TIME}_x_2222_assignsubmission_file/ex3.ipynb", "blackboard", "1111", "ex3.ipynb"),
        (f"ex3_1111_attempt_{TIME}_x_2222_attempt_{TIME}_ex3.ipynb", "blackboard", "1111", None),
        ("gus_3_4_x_2222_assignsubmission_file/ex3.ipynb", "canvas", "gus", "ex3.ipynb"),
        (f"gus_LATE_3_4_x_2222_attempt_{TIME}_ex3.ipynb", "canvas", "gus", None),
        ("gus_3_4_a\nb/ada_7_8_ex3.ipynb", "canvas", "gus", None),
    ],
)
def test_of_marks_in_a_name_the_first_is_the_platforms(
    path: str, platform: str, student: str, name: str | None
) -> None:
    found = re.match(ANY_PLATFORM, f"/all/{path}")
    assert found
    marks = {key: found[key] for key in ("canvas", "blackboard", "moodle") if found[key]}
    assert marks == {platform: student}
    assert name is None or found["file_id"] == name


def test_a_folder_with_a_line_end_in_its_name_moves_no_work_to_another(fresh: Course) -> None:
    right, wrong = json.dumps(fresh.solved(RIGHT)), json.dumps(fresh.solved(WRONG))
    hand_in = zipped({"a\nb/Ada L_998_assignsubmission_file_/ex3.ipynb": wrong})
    collect(
        fresh,
        {
            "Ada L_998_assignsubmission_file_/ex3.ipynb": right,
            "Fay M_124_assignsubmission_file_/hand-in.zip": hand_in,
        },
    )
    assert collected(fresh) == {"998": right, "124": wrong}


def test_a_students_notebooks_with_and_without_a_time_settle_each_others_case(fresh: Course) -> None:
    right, wrong = json.dumps(fresh.solved(RIGHT)), json.dumps(fresh.solved(WRONG))
    hand_in = zipped({"ex3.ipynb": wrong})
    said = collect(
        fresh,
        {
            f"ex3_1111_attempt_{TIME}_x_2222_assignsubmission_file.zip": hand_in,
            f"ex3_2222_attempt_{TIME}_ex3.ipynb": right,
            "ex3_2222_attempt_2026-99-99-99-99-99_ex3.ipynb": wrong,
            f"ex3_3333_attempt_{TIME}_ex3.ipynb": wrong,
            "ex3_3333_attempt_2026-02-02-12-00-00_ex3.ipynb": right,
            f"ex3_4444_attempt_{TIME}_ex3.ipynb": right,
            f"ex3_4444_attempt_{TIME}_ex3 (1).ipynb": wrong,
        },
    )
    assert collected(fresh) == {"1111": wrong, "2222": right, "3333": right}
    assert f"ex3_4444_attempt_{TIME}_ex3.ipynb is not its student's only notebook" in said
