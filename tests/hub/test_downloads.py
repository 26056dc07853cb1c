"""Downloads from a learning platform: the platform says whose a file is, and one bad file ends nothing."""

from __future__ import annotations

import io
import json
import re
import shutil
import tarfile
import zipfile
from gzip import compress
from pathlib import Path, PurePath

import pytest
from nbgrader.api import Gradebook

from grader.exercise import exercise
from grader.hub import archives
from grader.hub.archives import Unpack
from grader.hub.course import write_course
from grader.hub.downloads import ANY_PLATFORM, marks_in
from grader.submission.disk import DEPTH_LIMIT
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


def tarred(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return made.getvalue()


def locked(made: bytes) -> bytes:
    """A zip that says of its first file that it is encrypted."""
    return made.replace(b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\1").replace(
        b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"
    )


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
        ("Ada L_998_assignsubmission_file_2026_02_01_ex3.ipynb", "moodle", "998", "2026_02_01_ex3.ipynb"),
        (f"ex3_1111_attempt_{TIME}_ex3.ipynb", "blackboard", "ex3_1111", "ex3.ipynb"),
        (f"ex3_1111_attempt_{TIME}_ex3_1_2_end.ipynb", "blackboard", "ex3_1111", "ex3_1_2_end.ipynb"),
        (f"ex3_1_attempt_{TIME}_work/x_2_attempt_{TIME}_ex3.ipynb", "blackboard", "ex3_1", None),
        ("gus_3_4_a\nb/ada_7_8_ex3.ipynb", "canvas", "gus", None),
        ("gus_LATE_3_4_ex3.ipynb", "canvas", "gus", "ex3.ipynb"),
        ("gus_late_3_4_ex3.ipynb", "canvas", "gus", "ex3.ipynb"),
        ("müllerjürgen_33_3_ex3.ipynb", "canvas", "müllerjürgen", "ex3.ipynb"),
        ("nu\u0303ezana_33_3_ex3.ipynb", "canvas", "nu\u0303ezana", "ex3.ipynb"),
        ("李小_LATE_44_4_ex3.ipynb", "canvas", "李小", "ex3.ipynb"),
        ("हिन्दी_44_4_ex3.ipynb", "canvas", "हिन्दी", "ex3.ipynb"),
        ("smith2john_55_5_ex3.ipynb", "canvas", "smith2john", "ex3.ipynb"),
        ("smith_jr_55_5_work/ada_7_8_ex3.ipynb", "canvas", "smith_jr", None),
    ],
)
def test_of_names_that_bear_a_mark_the_first_is_the_platforms(
    path: str, platform: str, student: str, name: str | None
) -> None:
    found = re.match(ANY_PLATFORM, f"/all/{path}")
    assert found
    marks = {key: found[key] for key in ("canvas", "blackboard", "moodle") if found[key]}
    assert marks == {platform: student}
    assert name is None or found["file_id"] == name
    assert marks_in(PurePath("all", path)) == 1


@pytest.mark.parametrize(
    "path",
    [
        "Fay_124_assignsubmission_file_x_998_assignsubmission_file_/ex3.ipynb",
        f"Fay_124_assignsubmission_file_ex3_998_attempt_{TIME}_ex3.ipynb",
        f"ex3_998_attempt_{TIME}_ Eve_124_assignsubmission_file_/ex3.ipynb",
        f"ex3_998_attempt_{TIME}_124_assignsubmission_file_/ex3.ipynb",
        "x_998_assignsubmission_file_ Eve_124_assignsubmission_file_/ex3.ipynb",
        "x_998_assignsubmission_file_124_assignsubmission_file/ex3.ipynb",
        "ada_3_4_ Eve_124_assignsubmission_file_/ex3.ipynb",
        "ada_3_124_assignsubmission_file_/ex3.ipynb",
        f"ex3_1111_attempt_{TIME}_x_2222_assignsubmission_file/ex3.ipynb",
        f"ex3_1111_attempt_{TIME}_x_2222_attempt_{TIME}_ex3.ipynb",
        f"ex3_1111_attempt_{TIME}_attempt_{TIME}_ex3.ipynb",
        f"eve_x_33_7_x_ada_attempt_{TIME}_ex3.ipynb",
        "gus_3_4_x_2222_assignsubmission_file/ex3.ipynb",
        f"gus_LATE_3_4_x_2222_attempt_{TIME}_ex3.ipynb",
        "ada_3_4_eve_33_7_ex3.ipynb",
        "ada_3_33_7_ex3.ipynb",
    ],
)
def test_of_several_marks_in_one_name_none_is_plainly_the_platforms(path: str) -> None:
    assert marks_in(PurePath("all", path, f"ex3_1_attempt_{TIME}_ex3.ipynb")) > 1


def test_who_chooses_a_name_with_a_mark_takes_nobodys_place(fresh: Course) -> None:
    right, wrong = json.dumps(fresh.solved(RIGHT)), json.dumps(fresh.solved(WRONG))
    said = collect(
        fresh,
        {
            "Ada L_998_assignsubmission_file_/ex3.ipynb": right,
            "ex3_998_attempt_2027-01-01-00-00-00_ Eve_124_assignsubmission_file_/ex3.ipynb": wrong,
            "x_997_assignsubmission_file_ Eve_124_assignsubmission_file_/ex3.ipynb": wrong,
        },
    )
    assert collected(fresh) == {"998": right}
    assert said.count("a name in it bears several marks of platforms") == 2


def test_of_a_students_notebooks_the_one_that_a_folder_would_be_graded_by_is_collected(fresh: Course) -> None:
    right, wrong = json.dumps(fresh.solved(RIGHT)), json.dumps(fresh.solved(WRONG))
    stub = json.dumps(fresh.released())
    packed: dict[str, dict[str, str | bytes]] = {
        "exact": {"ex3 (1).ipynb": wrong, "ex3.ipynb": right, "ex3_old.ipynb": wrong},
        "backup": {"backup/ex3.ipynb": wrong, "ex3.ipynb": right},
        "above": {"work/ex3/ex3.ipynb": right, "work/old/ex3.ipynb": wrong},
        "untouched": {"ex3.ipynb": stub, "ex3_final.ipynb": right},
        "torn": {"a/ex3.ipynb": right, "b/ex3.ipynb": wrong},
        "unreadable": {"ex3.ipynb": "{", "ex3_final.ipynb": right},
    }
    said = collect(fresh, {f"{name}_3_4_work.zip": zipped(files) for name, files in packed.items()})
    assert collected(fresh) == dict.fromkeys(["exact", "backup", "above", "untouched"], right)
    for name in ("exact_3_4_work/ex3 (1)", "torn_3_4_work/a/ex3", "unreadable_3_4_work/ex3_final"):
        assert f"{name}.ipynb is not its student's only notebook" in said


def test_a_platforms_own_folder_may_begin_with_a_dot(tmp_path: Path) -> None:
    nora = ".Net Nora_200_assignsubmission_file_"
    files = {f"{nora}/ex3.ipynb": "", f"{nora}/.hidden/a": "", f"__MACOSX/{nora}/b": "", f"._{nora}": ""}
    assert unpacked(zipped({**files}), tmp_path, "all.zip").keys() == {f"all/{nora}/ex3.ipynb"}


def test_a_folder_in_a_download_may_be_called_as_an_environment(tmp_path: Path) -> None:
    assert unpacked(zipped({"venv/gus_3_4_ex3.ipynb": ""}), tmp_path, "all.zip").keys() == {
        "all/venv/gus_3_4_ex3.ipynb"
    }


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
    hand_in = zipped({"x_2222_assignsubmission_file_ex3.ipynb": wrong})
    said = collect(
        fresh,
        {
            f"ex3_1111_attempt_{TIME}_work.zip": hand_in,
            f"ex3_2222_attempt_{TIME}_ex3.ipynb": right,
            "ex3_2222_attempt_2026-99-99-99-99-99_ex3.ipynb": wrong,
            f"ex3_3333_attempt_{TIME}_ex3.ipynb": wrong,
            "ex3_3333_attempt_2026-02-02-12-00-00_ex3.ipynb": right,
            f"ex3_4444_attempt_{TIME}_ex3 (1).ipynb": right,
            f"ex3_4444_attempt_{TIME}_ex3 (2).ipynb": wrong,
        },
    )
    assert collected(fresh) == {"1111": wrong, "2222": right, "3333": right}
    assert f"ex3_4444_attempt_{TIME}_ex3 (1).ipynb is not its student's only notebook" in said


def test_a_users_name_at_blackboard_may_hold_what_ends_a_title(fresh: Course) -> None:
    right, wrong = json.dumps(fresh.solved(RIGHT)), json.dumps(fresh.solved(WRONG))
    names = {"lee": right, "ann_lee": wrong, "_zoe": right}
    collect(fresh, {f"My ex_3_{name}_attempt_{TIME}_ex3.ipynb": text for name, text in names.items()})
    assert collected(fresh) == names


@pytest.mark.parametrize("handed_in", [["ann_lee"], ["ann_lee", "ann_kim"], ["lee", "_zoe", "ann_kim"]])
def test_the_class_list_tells_users_from_titles_at_blackboard(handed_in: list[str], fresh: Course) -> None:
    with Gradebook(f"sqlite:///{fresh.root / 'gradebook.db'}") as gradebook:
        for name in ("lee", "kim", "ann_lee", "ann_kim", "zoe", "_zoe"):
            gradebook.add_student(name)
    right = json.dumps(fresh.solved(RIGHT))
    files = [f"My ex_3_{name}_attempt_{TIME}_ex3.ipynb" for name in [*handed_in, "prof"]]
    said = collect(fresh, dict.fromkeys(files, right))
    assert collected(fresh) == dict.fromkeys(handed_in, right)
    assert "My ex_3_prof: the gradebook knows no such student" in said


def test_what_a_student_packed_ends_the_collecting_for_nobody(fresh: Course) -> None:
    right = json.dumps(fresh.solved(RIGHT))
    packed = {
        "zip": zipped({"ex3.ipynb": right}),
        "zip-in-zip": zipped({"mine/inner.ZIP": zipped({"ex3.ipynb": right})}),
        "backslashes": zipped({"work\\ex3.ipynb": right}),
        "parent": zipped({"../../../ex3.ipynb": right}),
        "junk": zipped({"__MACOSX/ex3.ipynb": "{}", "ex3.ipynb": right}),
        "large": zipped({"data.bin": bytes(30 * 2**20), "ex3.ipynb": right}),
        "deep": zipped({"a/" * 1500 + "b": "", "ex3.ipynb": right}),
        "long": zipped({"a" * 300: "", "ex3.ipynb": right}),
        "two-kinds": zipped({"a": "", "a/b": "", "ex3.ipynb": right}),
        "bad-inside": zipped({"data.zip": b"PK", "ex3.ipynb": right}),
        "broken": b"PK\x03\x04 broken",
        "locked": locked(zipped({"ex3.ipynb": right})),
        "other": b"Rar!\x1a\x07\x01\x00",
        "empty": b"",
    }
    download: dict[str, str | bytes] = {
        f"Eve_{number}_assignsubmission_file_/{name}.zip": content
        for number, (name, content) in enumerate(packed.items(), 100)
    }
    table = compress(b"1,2,3\n")
    download["Fay_200_assignsubmission_file_/data.csv.gz"] = table
    download["Fay_200_assignsubmission_file_/ex3.ipynb"] = right
    download["gus_3_4_work.tar.gz"] = tarred({"ex3.ipynb": right})
    download[f"ida_5_6_{'i' * 255}.zip"] = zipped({"ex3.ipynb": right})
    said = collect(fresh, download)
    assert collected(fresh) == dict.fromkeys([*map(str, range(100, 110)), "200"], right)
    warned = dict(re.findall(r"WARNING\] \S+/(\S+?)\.zip (.*) If the exercise is in it", said))
    assert warned.keys() == {
        "all", "large", "deep", "long", "two-kinds", "data", "broken", "locked", "other", "empty"
    }  # fmt: skip
    assert "Left out: 'data.bin'." in warned["large"]
    assert "password" in warned["locked"]
    assert "work.tar.gz is no zip" in said
    extracted = fresh.root / "downloaded" / "ex3" / "extracted" / "all"
    assert (extracted / "Fay_200_assignsubmission_file_" / "data.csv.gz").read_bytes() == table


def test_where_a_warning_says_a_person_lays_a_notebook_and_it_is_collected(fresh: Course) -> None:
    right = json.dumps(fresh.solved(RIGHT))
    said = collect(fresh, {"gus_3_4_work.zip": b"PK broken"})
    (place,) = re.findall(r"put its notebook into (\S+)/ and collect again with --force", said)
    Path(place).mkdir(parents=True)
    (Path(place) / "ex3.ipynb").write_text(right, encoding="utf-8")
    collect_again(fresh)
    assert collected(fresh) == {"gus": right}


def unpacked(made: bytes, tmp_path: Path, name: str = "gus_3_4_work.zip") -> dict[str, int]:
    """What is unpacked of one archive: each file's size."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / name).write_bytes(made)
    Unpack().extract(str(tmp_path / "archive"), str(tmp_path / "out"))
    found = filter(Path.is_file, (tmp_path / "out").rglob("*"))
    return {str(path.relative_to(tmp_path / "out")): path.stat().st_size for path in found if path.name != name}


@pytest.mark.parametrize("name", [f"gradebook_2026_101_ex3_{TIME}.zip", "gus_3_4_work.zip"])
def test_a_download_whose_name_bears_a_mark_is_not_taken_for_a_students(name: str, fresh: Course) -> None:
    right = json.dumps(fresh.solved(RIGHT))
    files = {f"ex3_{student}_attempt_{TIME}_ex3.ipynb": right for student in ("lee", "kim")}
    archive = fresh.root / "downloaded" / "ex3" / "archive"
    archive.mkdir(parents=True)
    (archive / name).write_bytes(zipped({**files}))
    said = collect_again(fresh)
    assert collected(fresh) == {}
    assert f"{name}: left out" in said
    assert "If it is the download, give it another name" in said
    (archive / name).rename(archive / "all.zip")
    collect_again(fresh)
    assert collected(fresh) == {"lee": right, "kim": right}


def test_an_archive_below_a_mark_is_its_students_whatever_it_holds(tmp_path: Path) -> None:
    made = zipped({"ada_3_4_ex3.ipynb": "{}"})
    assert unpacked(zipped({"gus_3_4_work.zip": made}), tmp_path, "all.zip").keys() == {
        "all/gus_3_4_work.zip",
        "all/gus_3_4_work/ada_3_4_ex3.ipynb",
    }


def test_a_students_archives_share_one_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "FILE_LIMIT", 1000)
    inner = zipped({"c": bytes(300), "d": bytes(300)})
    assert unpacked(zipped({"a": bytes(400), "b": bytes(2000), "inner.zip": inner}), tmp_path) == {
        "gus_3_4_work/a": 400,
        "gus_3_4_work/inner.zip": len(inner),
        "gus_3_4_work/inner/c": 300,
    }


@pytest.mark.parametrize(
    "path", ["venv/lib/{}", "work/Env/{}", "node_modules/{}", "a/site-packages/{}", ".git/{}", "mine/lib/{}"]
)
def test_what_is_nobodys_work_takes_no_students_room(
    path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archives, "FILE_LIMIT", 1000)
    monkeypatch.setattr(archives, "ENTRY_LIMIT", 10)
    environment = {"mine/pyvenv.cfg": b""} | {path.format(f"{number}.ipynb"): bytes(300) for number in range(20)}
    assert unpacked(zipped({**environment, "pyvenv.cfg": b"", "ex3.ipynb": bytes(900)}), tmp_path) == {
        "gus_3_4_work/pyvenv.cfg": 0,
        "gus_3_4_work/mine/pyvenv.cfg": 0,
        "gus_3_4_work/ex3.ipynb": 900,
    }


def test_notebooks_and_scripts_are_unpacked_before_all_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archives, "FILE_LIMIT", 1000)
    files = {"a.csv": bytes(800), "b.csv": bytes(200), "c.PY": bytes(300), "d.ipynb": bytes(500)}
    assert unpacked(zipped({**files}), tmp_path) == {
        f"gus_3_4_work/{name}": len(files[name]) for name in ("b.csv", "c.PY", "d.ipynb")
    }


def test_a_notebook_packed_with_the_folders_above_it_is_unpacked(tmp_path: Path) -> None:
    home = "Users/ada/Documents/AI course/ex3"
    deep = "a/" * 9
    files = {f"{home}/ex3.ipynb": "", f"{home}/data.csv": "", f"{deep}b.py": "", f"{deep}a/b.py": ""}
    assert unpacked(zipped({**files}), tmp_path).keys() == {
        f"gus_3_4_work/{home}/ex3.ipynb",
        f"gus_3_4_work/{home}/data.csv",
        f"gus_3_4_work/{deep}b.py",
    }


def test_a_download_is_bounded_by_no_students_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "FILE_LIMIT", 1000)
    monkeypatch.setattr(archives, "ENTRY_LIMIT", 2)
    files = {f"gus{number}_3_4_ex3.ipynb": bytes(900) for number in range(4)}
    assert unpacked(zipped({**files, "x": bytes(1001)}), tmp_path, "all.zip") == {
        f"all/{name}": 900 for name in files
    }


def test_an_archive_of_very_many_files_is_not_unpacked_for_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archives, "ENTRY_LIMIT", 50)
    assert len(unpacked(zipped({str(number): "" for number in range(60)}), tmp_path)) == 50


def test_an_archive_in_an_archive_in_an_archive_has_an_end(tmp_path: Path) -> None:
    made = b"end"
    for _ in range(100):
        made = zipped({"r.zip": made})
    assert max(name.count("/") for name in unpacked(made, tmp_path)) == DEPTH_LIMIT


def test_a_small_file_that_becomes_an_endless_one_is_not_read(tmp_path: Path) -> None:
    squeezed = io.BytesIO()
    with zipfile.ZipFile(squeezed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", "a")
    assert unpacked(squeezed.getvalue(), tmp_path) == {}
