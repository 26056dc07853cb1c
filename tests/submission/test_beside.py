"""The student's own modules and data, which come along."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from grader.submission import Source, read
from grader.submission.beside import composed
from tests.submission.handed_in import OTHER, STUB, WORK, notebook, source


def test_own_modules_and_data_come_along(tmp_path: Path) -> None:
    files = {
        "ex3/gradient_accumulation.py": WORK,
        "ex3/helpers.py": "x = 1\n",
        "ex3/tools/__init__.py": "",
        "ex3/data/proteins.csv": "A,1\n",
        "ex3/data/proteins.sqlite": "rows",
        "ex3/report.pdf": "%PDF",
        "ex3/ex3.ipynb": notebook(OTHER),
        "ex3/gradient_accumulation (1).py": OTHER,
        "ex3/.secret.py": "",
        "ex3/__pycache__/helpers.cpython-311.pyc": "",
        "ex4/helpers.py": "",
        "helpers.py": "",
    }
    answer = source(tmp_path, files)
    assert list(answer.files.items()) == [
        ("helpers.py", b"x = 1\n"),
        ("tools/__init__.py", b""),
        ("data/proteins.csv", b"A,1\n"),
        ("data/proteins.sqlite", b"rows"),
    ]


def test_a_package_may_be_called_as_the_exercise(tmp_path: Path) -> None:
    own = {"gradient_accumulation.py": "from ex3.steps import *\n", "ex3/steps.py": WORK, "ex4/steps.py": WORK}
    assert source(tmp_path, own).files == {"ex3/steps.py": WORK.encode()}
    named = read(tmp_path / "ada" / "gradient_accumulation.py", "ex3")
    assert isinstance(named, Source)
    assert named.files == {"ex3/steps.py": WORK.encode()}


APART = {name: unicodedata.normalize("NFD", name) for name in ("hjälp.py", "é.csv", "Größen/é.csv")}


def test_a_name_whose_letters_a_mac_took_apart_is_whole(tmp_path: Path) -> None:
    """A program may make it of parts. Who looks into a folder sees it once."""
    handed_in = {f"ex3/{apart}": name for name, apart in APART.items()}
    answer = source(tmp_path, {"ex3/gradient_accumulation.py": WORK} | handed_in)
    assert answer.files == {name: name.encode() for name in APART}


def test_it_is_there_by_both_names_where_a_text_holds_that_of_the_mac() -> None:
    apart = APART["é.csv"]
    assert composed({apart: b"1"}, (f"open('{apart}')",)) == {apart: b"1", "é.csv": b"1"}
    assert composed({apart: b"1", "names.txt": apart.encode()}, ()).keys() == {apart, "é.csv", "names.txt"}
    assert composed({"é.csv": b"1"}, (f"open('{apart}')",)) == {
        "é.csv": b"1",
        apart: b"1",
    }  # copied from its Finder
    folder = APART["Größen/é.csv"].partition("/")[0]
    both = {APART["Größen/é.csv"]: b"1", "Größen/é.csv": b"1"}
    assert composed({APART["Größen/é.csv"]: b"1"}, (f"'{folder}'",)) == both


def test_in_much_data_no_name_is_looked_for() -> None:
    """It is done for each student, in every run."""
    apart = APART["é.csv"]
    files = {apart: b"", "names.txt": apart.encode(), **{f"é/{number}": b"" for number in range(20)}}
    assert apart in composed(files, ())
    files["names.txt"] += b"\xff" * 2 * 10**7
    assert apart not in composed(files, ())
    assert apart in composed(files, (apart,))


def test_in_much_that_is_plain_english_the_rest_is_found() -> None:
    much = {f"é{number}.csv": b"1.0,2.0\n" * 100_000 for number in range(20)}
    apart = unicodedata.normalize("NFD", "é1.csv")
    assert composed(much, (f"open('{apart}')",)).keys() == {*much, apart}


def test_two_names_that_are_one_to_a_mac_keep_their_own_files() -> None:
    files = {"é.csv": b"1", APART["é.csv"]: b"2"}
    assert composed(files, ()) == files
    accents = {"e\u0323\u0302.csv": b"1", "e\u0302\u0323.csv": b"2"}
    assert composed(accents, ()) == {"\u1ec7.csv": b"1", "e\u0302\u0323.csv": b"2"}


def test_letters_that_are_never_put_together_stay_as_they_are() -> None:
    files = {"\u0958" * 80 + ".py": b""}  # six bytes for each of these three: too long for a name
    assert composed(files, ()) == files


@pytest.mark.parametrize(
    "name",
    ["\u914d\u5217\u3000data", "\u0645\u06cc\u200c\u062e", "a\u00a0b", "\U0001f468\u200d\U0001f52c", "1:2"],
)
def test_data_may_have_any_name_that_is_a_line_of_text(tmp_path: Path, name: str) -> None:
    """A space may be Japan's, letters of Persian be parted without one, and a Mac's oblique be a colon."""
    assert source(tmp_path, {"ex3.py": WORK, f"{name}.csv": "1", "b\n.csv": "2"}).files == {f"{name}.csv": b"1"}


def test_data_may_end_in_capitals(tmp_path: Path) -> None:
    answer = source(
        tmp_path, {"ex3.py": WORK, "DATA.CSV": "1", "Settings.Json": "{}", "helper.PY": "", "a.exe": ""}
    )
    assert answer.files == {"DATA.CSV": b"1", "Settings.Json": b"{}"}


@pytest.mark.parametrize("name", ["gradient_accumulation_v2", "gradient_accumulation_final", "ex3", "ex3_solution"])
def test_an_own_module_may_be_called_like_an_answer(tmp_path: Path, name: str) -> None:
    files = {"ex3/gradient_accumulation.py": f"from {name} import train_epoch\n", f"ex3/{name}.py": WORK}
    answer = source(tmp_path, files)
    assert answer.files == {f"{name}.py": WORK.encode()}
    assert answer.notes == ()


def test_an_answer_that_is_not_named_comes_along_for_other_modules_and_the_note_stays(tmp_path: Path) -> None:
    own = {"ex3/gradient_accumulation.py": "from steps import *\n", "ex3/steps.py": "from ex3 import *\n"}
    answer = source(tmp_path, {**own, "ex3/ex3.py": WORK})
    assert list(answer.files) == ["ex3.py", "steps.py"]
    assert answer.notes == ("did not use 'ex3/ex3.py'",)


def test_an_answer_out_of_reach_or_in_the_place_of_the_chosen_one_is_no_module(tmp_path: Path) -> None:
    """In the box the chosen file has the exercise's own name, so `import gradient_accumulation` finds itself."""
    named = "import ex3, gradient_accumulation\n" + WORK
    stub = source(tmp_path, {"ex3/gradient_accumulation.py": STUB, "ex3/ex3.ipynb": notebook(named)})
    assert stub.files == {}
    assert stub.notes == ("did not use 'ex3/gradient_accumulation.py'",)
    above = source(tmp_path, {"ex3/gradient_accumulation.py": named, "ex3.py": WORK}, "bob")
    assert above.files == {}
    assert above.notes == ("did not use 'ex3.py'",)


@pytest.mark.parametrize("name", ["grader.py", "grader/steps.py"])
def test_a_module_called_as_the_kit_is_told_of(tmp_path: Path, name: str) -> None:
    answer = source(tmp_path, {"gradient_accumulation.py": WORK, name: "", "graders.py": ""})
    assert answer.notes == (f"cannot import '{name}': the kit's own program is called grader. Rename it",)


def test_folders_of_other_exercises_do_not_come_along(tmp_path: Path) -> None:
    files = {"gradient_accumulation.py": WORK, "tools.py": "", "ex1/a.py": "", "EX2/b.py": "", "lib/c.py": ""}
    assert list(source(tmp_path, files).files) == ["lib/c.py", "tools.py"]


def test_many_files_are_cut_modules_first(tmp_path: Path) -> None:
    files = {"gradient_accumulation.py": WORK, "z.py": ""} | {f"{n:03}.csv": "" for n in range(150)}
    answer = source(tmp_path, files)
    assert list(answer.files) == ["z.py", *(f"{n:03}.csv" for n in range(99))]
    assert answer.notes == ("took 100 files beside it along and left 51 out: at most 100 files and 25 MB are read",)


def test_large_files_are_cut(tmp_path: Path) -> None:
    ten_megabytes = b"0" * (10 * 1024**2)
    files = {"gradient_accumulation.py": WORK, "d.csv": b"1"} | dict.fromkeys(
        ("a.csv", "b.csv", "c.csv"), ten_megabytes
    )
    answer = source(tmp_path, files)
    assert list(answer.files) == ["a.csv", "b.csv", "d.csv"]
    assert "left 1 out" in answer.notes[0]
