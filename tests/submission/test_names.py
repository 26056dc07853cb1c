"""Which exercise a file is meant for, by its name."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest

from grader.submission import Missing, Source, find
from grader.submission.names import fit
from tests.submission.handed_in import EX3, MODULE, STUB, WORK, found, notebook, source, written


@pytest.mark.parametrize("path", ["ex3/gradient_accumulation.py", "gradient_accumulation.py"])
def test_an_exact_script_needs_no_note(tmp_path: Path, path: str) -> None:
    assert source(tmp_path, {path: WORK}) == Source(path, True, (WORK,), {}, ())


@pytest.mark.parametrize("path", ["ex3.ipynb", "ex3/ex3.ipynb"])
def test_an_exact_notebook_needs_no_note(tmp_path: Path, path: str) -> None:
    cells = ("import torch", WORK)
    assert source(tmp_path, {path: notebook(*cells)}) == Source(path, False, cells, {}, ())


PLAINLY_THE_SCRIPT = [
    "Gradient_Accumulation.py",
    "gradient_accumulation.PY",
    "GradientAccumulation.py",
    "gradient-accumulation.py",
    "gradient accumulation.py",
    "gradient_accumulation (1).py",
    "gradient_accumulation(2).py",
    "gradient_accumulation[1].py",
    "gradient_accumulation-1.py",
    "gradient_accumulation_1.py",
    "gradient_accumulation 2.py",
    "gradient_accumulation (1)-2.py",
    "Copy of gradient_accumulation.py",
    "Copy of Copy of gradient_accumulation.py",
    "Kopie van gradient_accumulation.py",
    "gradient_accumulation - Copy.py",
    "gradient_accumulation - Copy (2).py",
    "gradient_accumulation copy 3.py",
    "gradient_accumulation (copy).py",
    "gradient_accumulation (another copy).py",
    "gradient_accumulation (3. Kopie).py",
    "gradient_accumulation.py.py",
    "gradient_accumulation_final.py",
    "gradient_accumulation_v2.py",
    "gradient_accumulation.py.txt",
    "gradient_accumulation .py",
    "ex3_gradient_accumulation.py",
    "Exercise 3 - gradient_accumulation.py",
    "gradient_accumulation_ex3.py",
    "smithjohn_12345_6789_gradient_accumulation.py",
    "smithjohn_LATE_12345_6789_gradient_accumulation-1.py",
    "12345-6789 - John Smith - Mar 1, 2026 1234 PM - gradient_accumulation.py",
    "Smith John - gradient_accumulation.py",
    "John Smith_123456_assignsubmission_file_gradient_accumulation.py",
    "Assignment 3_jsmith_attempt_2026-03-01-12-00-00_gradient_accumulation.py",
    "ada_gradient_accumulation.py",
    "gradient_accumulation_Ada.py",
    "submission/gradient_accumulation.py",
    "submission/ex3/gradient_accumulation.py",
    "EX3/gradient_accumulation.py",
    "ex3/ex3/gradient_accumulation.py",
    "ex03/gradient_accumulation.py",
    "John Smith_123456_assignsubmission_file_/homework/ex3/gradient_accumulation.py",
    "Introduction to Deep Learning for Protein Science (MSc, winter term) - Exercise 3 - Gradient accumulation - "
    "hand in by Sunday_s1234567_attempt_2026-11-28-17-33-39_gradient_accumulation.py",
    "ex3.py",
    "ex3/ex3.py",
    "Exercise_3.py",
]


@pytest.mark.parametrize("path", PLAINLY_THE_SCRIPT)
def test_a_plain_name_is_understood_and_said(tmp_path: Path, path: str) -> None:
    assert source(tmp_path, {path: WORK}) == Source(
        path, True, (WORK,), {}, (f"read '{path}' as gradient_accumulation.py",)
    )


@pytest.mark.parametrize(
    "path",
    [
        "Ex3.ipynb",
        "ex3 (1).ipynb",
        "ex3-1.ipynb",
        "Copy of ex3.ipynb",
        "ex3-Copy1.ipynb",
        "ex3_ada-Copy2.ipynb",
        "ex3-Copy1-Copy1.ipynb",
        "Exercise 3.ipynb",
        "ex03.ipynb",
        "ex3_solution.ipynb",
        "ex3_solved.ipynb",
        "ex3 completed_answers.ipynb",
        "ex3_ada.ipynb",
        "ex3.ipynb.txt",
        "ex3.ipynb.json",
        "ex3.ipynb.ipynb",
        "smithjohn_12345_6789_ex3.ipynb",
        "gradient_accumulation.ipynb",
        "ex3/gradient_accumulation.ipynb",
        "ex3_gradient_accumulation.ipynb",
        "work/ex3/ex3.ipynb",
    ],
)
def test_a_plain_notebook_is_understood_and_said(tmp_path: Path, path: str) -> None:
    assert source(tmp_path, {path: notebook(WORK)}) == Source(
        path, False, (WORK,), {}, (f"read '{path}' as ex3.ipynb",)
    )


NOT_PLAINLY_IT = [
    "test_gradient_accumulation.py",
    "12345_test_gradient_accumulation.py",
    "gradient_accumulation_old.py",
    "gradient_accumulation_helpers.py",
    "my_gradient_accumulation.py",
    "_gradient_accumulation.py",
    "gradient_accumulation",
    "gradient_accumulation.pyc",
    "gradient_accumulation.py.orig",
    "gradient_accumulation.py.ipynb",
    "gradient_accumulation (old).py",
    "gradient_accumulation (old copy).py",
    "gradient_accumulation.docx",
    "gradient.py",
    "accumulation.py",
    "ex3/solution.py",
    "ex31.py",
    "ex13.ipynb",
    "ex3-checkpoint.ipynb",
    "ex3b.ipynb",
    "ex3.txt",
    "ex4_gradient_accumulation.py",
    "Untitled.ipynb",
]


@pytest.mark.parametrize("path", NOT_PLAINLY_IT)
def test_another_name_is_missing_and_listed(tmp_path: Path, path: str) -> None:
    answer = found(tmp_path, {path: WORK})
    assert isinstance(answer, Missing)
    assert answer.reason == (
        "Found no ex3/gradient_accumulation.py and no ex3.ipynb. "
        f"These files were there, and none is plainly it: '{path}'."
    )


def test_what_no_name_places_is_told(tmp_path: Path) -> None:
    named = ("ex3.html", "ex3_byron.ipynb", "my ex 3 or ex 4.ipynb")
    others = ("Complex 2.ipynb", "Untitled.ipynb", *named, "work.zip", "ex3/mine.ipynb")
    work = (*others, "Byron_ex03.py", "a/My work.py")  # scripts last: they may be modules
    files = (*work, "data.csv", "ex4.ipynb", "Exercise 2 new.py", "ex4/mine.ipynb", "ex33_byron.py")
    answer = found(tmp_path, dict.fromkeys(files, WORK) | {"gradient_accumulation.py": STUB})
    assert isinstance(answer, Source)
    assert answer.unplaced == work


def test_a_folder_with_a_zero_before_the_number_is_the_exercises_own(tmp_path: Path) -> None:
    answer = found(tmp_path, {"ex3/gradient_accumulation.py": STUB, "EX03/gradient_accumulation.py": WORK})
    assert isinstance(answer, Source)
    assert answer.path == "EX03/gradient_accumulation.py"


def test_what_lies_deep_is_found_and_what_lies_deeper_is_told(tmp_path: Path) -> None:
    home = "Users/ada/Documents/Studies/Protein AI/home work/ex3"
    assert isinstance(found(tmp_path / "one", {f"{home}/gradient_accumulation.py": WORK}), Source)
    answer = found(tmp_path / "two", {f"{'a/' * 10}ex3.py": WORK})
    assert isinstance(answer, Missing)
    assert answer.reason.endswith(f"none is plainly it: '{'a/' * 9}a (a folder too deep to look into)'.")


@pytest.mark.parametrize(
    "name", ["test_mcc.py", "mcc_utils.py", "mccabe.py", "xmcc.py", "mcc2.py", "ex5x_mcc.py", "old_mcc.py"]
)
def test_a_short_module_name_counts_as_a_whole_word_only(tmp_path: Path, name: str) -> None:
    assert isinstance(find(written(tmp_path / "ada", {name: WORK}), "ex5", "mcc", STUB), Missing)


@pytest.mark.parametrize("name", ["MCC.py", "Copy of mcc.py", "mcc (1).py", "smith_1234_7777_mcc.py", "M.C.C.py"])
def test_a_short_module_name_is_understood_too(tmp_path: Path, name: str) -> None:
    answer = find(written(tmp_path / "ada", {name: WORK}), "ex5", "mcc", STUB)
    assert isinstance(answer, Source) == (name != "M.C.C.py")


def test_names_are_compared_as_people_see_them(tmp_path: Path) -> None:
    """A Mac writes an accent as a character of its own, and full-width letters look like the others."""
    student = unicodedata.normalize("NFC", "zoé")
    path = unicodedata.normalize("NFD", "Zoé_") + "ｇradient_accumulation.py"
    assert source(tmp_path, {path: WORK}, student).cells == (WORK,)


def test_a_folder_name_cannot_make_matching_slow(tmp_path: Path) -> None:
    """Names for which a careless pattern takes longer than the universe is old."""
    for student in ("copy", "_", " ", "ex3", "copy copy", "a-"):
        names = ("copy " * 45 + ".py", "_" * 200 + ".py", "ex3" + "(a copy)" * 25 + "copy1-" * 8 + ".py")
        answer = found(tmp_path, dict.fromkeys(names, WORK), student)
        assert isinstance(answer, Missing)


def test_no_name_takes_long_to_match() -> None:
    """A folder may hold 20,000 of them; this one took 19 s for as many."""
    began = time.process_time()
    for number in range(1000):
        name = " - " * 75 + "ex3-copy1 (a copy).py!"
        assert fit(name.replace(" - ", " _ ", number % 75), "ex3", "gradient_accumulation", "ada") is None
    assert time.process_time() - began < 0.5  # seconds


def test_no_student_has_names_that_take_long_to_match() -> None:
    """Made of the student's own name and of what platforms put in front: each took 4 ms, in every run."""
    name = (" - ex5 " + "s123456 " * 3 + " - " * 9) * 10
    began = time.process_time()
    for number in range(200):
        for made in (f"{name[:236]}{number}.pyx", f"{name[:130]}{number} !.py"):
            assert fit(made, "ex5", "mcc", "s123456") is None
    assert time.process_time() - began < 0.6  # seconds


def test_a_student_who_is_called_like_an_exercise_has_no_names_that_take_long_to_match() -> None:
    """An exercise's number could be read as the student's, too, wherever it stood: each took 28 ms."""
    began = time.process_time()
    for number in range(200):
        assert fit(f"{number}{'- ex3 ' * 21}- ex3!.py", "ex3", "gradient_accumulation", "- ex3") is None
    assert time.process_time() - began < 0.6  # seconds


def test_the_name_of_a_student_that_begins_with_a_gap_is_known_behind_a_platforms_mark(tmp_path: Path) -> None:
    written(tmp_path / "_ada", {"hand-in 1234 _ada ex3.py": WORK})
    answer = find(tmp_path / "_ada", EX3, MODULE, STUB)
    assert isinstance(answer, Source)
