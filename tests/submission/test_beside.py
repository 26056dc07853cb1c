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


def test_a_name_whose_letters_a_mac_took_apart_is_found_either_way(tmp_path: Path) -> None:
    def names(*files: str, work: str = WORK, student: str) -> set[str]:
        taken_apart = {f"ex3/{unicodedata.normalize('NFD', name)}": name for name in files}
        return {*source(tmp_path, {"ex3/gradient_accumulation.py": work} | taken_apart, student).files}

    apart, module = (unicodedata.normalize("NFD", name) for name in ("é.csv", "hjälp.py"))
    assert names("hjälp.py", student="ada") == {module, "hjälp.py"}
    assert names("é.csv", student="bob") == {apart}  # a program that looks into its folder sees it once
    assert composed({"\u0958" * 80 + ".py": b""}, ()) == {}  # six bytes for each of these three
    assert names("é.csv", work=f"{WORK}\nopen('é.csv')\n", student="cem") == {apart, "é.csv"}


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
