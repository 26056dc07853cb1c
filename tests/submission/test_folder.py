"""A student's folder to one submission: names, two candidates, script or notebook, what is missing."""

from __future__ import annotations

import json
import os
import pickle
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.submission import (
    Missing,
    Refused,
    Source,
    SubmissionsError,
    find,
    is_untouched,
    read,
    students,
)
from grader.submission.disk import read_bytes
from tests.submission.handed_in import EX3, MODULE, OTHER, STUB, WORK, Files, found, notebook, source, written

# Two candidates


def test_the_exact_name_comes_first_and_the_rest_is_said(tmp_path: Path) -> None:
    answer = source(tmp_path, {"ex3/gradient_accumulation.py": WORK, "gradient_accumulation (1).py": OTHER})
    assert answer.path == "ex3/gradient_accumulation.py"
    assert answer.notes == ("did not use 'gradient_accumulation (1).py'",)


@pytest.mark.parametrize(
    ("used", "duplicate"),
    [
        ("ex3_ada.ipynb", "ex3_ada-Copy1.ipynb"),
        ("ex3.ipynb", "gradient_accumulation (copy).py"),
        ("ex3.ipynb", "gradient_accumulation.py.py"),
        ("Ex3.ipynb", "ex3/ex3-Copy1.ipynb"),
    ],
)
def test_a_duplicate_is_the_answer_where_nothing_else_is(tmp_path: Path, used: str, duplicate: str) -> None:
    """It may be older than the work, or newer; as the name says, the work is the other one."""
    texts = {used: WORK, duplicate: OTHER}
    files = {path: notebook(text) if path.endswith("ipynb") else text for path, text in texts.items()}
    answer = found(tmp_path / "both", files)
    assert isinstance(answer, Source)
    assert answer.path == used
    assert answer.notes[-1] == f"did not use '{duplicate}'"
    answer = found(tmp_path / "stub", files | {used: notebook(STUB)})
    assert isinstance(answer, Source)
    assert answer.path == duplicate
    meant = "ex3.ipynb" if duplicate.endswith("ipynb") else "gradient_accumulation.py"
    assert answer.notes[0] == f"read '{duplicate}' as {meant}"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ex3/gradient_accumulation.py", "gradient_accumulation.py"),
        ("gradient_accumulation (1).py", "Copy of gradient_accumulation.py"),
        ("a/ex3/gradient_accumulation.py", "b/ex3/gradient_accumulation.py"),
        ("EX3/gradient_accumulation.py", "ex3/Gradient_Accumulation.py"),
    ],
)
def test_two_scripts_that_differ_are_refused_by_name(tmp_path: Path, first: str, second: str) -> None:
    answer = found(tmp_path, {first: WORK, second: OTHER})
    assert isinstance(answer, Refused)
    assert f"'{first}'" in answer.reason
    assert f"'{second}'" in answer.reason
    assert answer.reason.startswith("More than one file could be your ex3, and they differ")


def test_two_notebooks_that_differ_are_refused_by_name(tmp_path: Path) -> None:
    answer = found(tmp_path, {"ex3.ipynb": notebook(WORK), "ex3/ex3.ipynb": notebook(OTHER)})
    assert isinstance(answer, Refused)
    assert "'ex3/ex3.ipynb', 'ex3.ipynb'" in answer.reason


def test_a_file_that_cannot_be_read_is_no_second_to_one_that_can(tmp_path: Path) -> None:
    answer = found(tmp_path, {"ex3/gradient_accumulation.py": WORK, "gradient_accumulation.py": b"\0\0"})
    assert isinstance(answer, Refused)
    assert "they differ" in answer.reason


@pytest.mark.parametrize("copy", [WORK, WORK.replace("\n", "\r\n"), b"\xef\xbb\xbf" + WORK.encode()])
def test_equal_content_is_no_conflict(tmp_path: Path, copy: str | bytes) -> None:
    answer = source(tmp_path, {"ex3/gradient_accumulation.py": WORK, "gradient_accumulation.py": copy})
    assert answer.path == "ex3/gradient_accumulation.py"
    assert answer.notes == ("did not use 'gradient_accumulation.py'",)


def test_notebooks_that_differ_in_outputs_alone_are_equal(tmp_path: Path) -> None:
    run = json.loads(notebook(WORK))
    run["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1.0"}]
    answer = source(tmp_path, {"ex3.ipynb": notebook(WORK), "ex3/ex3.ipynb": json.dumps(run)})
    assert answer.cells == (WORK,)


def test_a_heap_of_candidates_is_refused_unread(tmp_path: Path) -> None:
    answer = found(tmp_path, {f"gradient_accumulation ({n}).py": WORK for n in range(30)})
    assert isinstance(answer, Refused)
    assert answer.reason.endswith("and 20 more. Hand in only one.")


def test_work_that_is_not_used_is_named_and_much_of_it_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"ex3/gradient_accumulation.py": WORK, "ex3.ipynb": notebook(STUB)}
    files["ex3/ex3 final.ipynb"] = notebook(OTHER)
    assert source(tmp_path, files).unplaced[:1] == ("ex3/ex3 final.ipynb",)
    monkeypatch.setattr("grader.submission.folder.FILE_LIMIT", 10)
    assert source(tmp_path, files, "bob").unplaced[:2] == ("ex3.ipynb", "ex3/ex3 final.ipynb")


def test_candidates_of_too_many_bytes_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.submission.folder.read_bytes", None)
    (tmp_path / "ada" / "ex3").mkdir(parents=True)
    for number in (1, 2):
        with (tmp_path / "ada" / "ex3" / f"gradient_accumulation ({number}).py").open("wb") as file:
            file.truncate(13 * 1024**2)
    answer = find(tmp_path / "ada", EX3, MODULE, STUB)
    assert isinstance(answer, Refused)
    assert "Hand in only one" in answer.reason


def test_of_much_code_only_as_much_is_read_as_one_file_may_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"ex3/gradient_accumulation ({number}).py": f"{WORK}\nx = {number}\n" for number in range(9)}
    monkeypatch.setattr("grader.submission.folder._CODE_LIMIT", 2.5 * len(WORK))
    seen: list[str] = []

    def noted(folder: Path, path: str) -> bytes:
        seen.append(path)
        return read_bytes(folder, path)

    monkeypatch.setattr("grader.submission.folder.read_bytes", noted)
    answer = found(tmp_path, files)
    assert isinstance(answer, Refused)
    assert "Hand in only one" in answer.reason
    assert len(seen) == 3


# Script or notebook, and the stub


def test_a_script_wins_over_a_notebook(tmp_path: Path) -> None:
    answer = source(tmp_path, {"ex3/gradient_accumulation.py": WORK, "ex3/ex3.ipynb": notebook(OTHER)})
    assert (answer.script, answer.cells) == (True, (WORK,))
    assert answer.notes == ("did not use 'ex3/ex3.ipynb'",)


def test_a_script_of_a_plain_name_wins_over_an_exact_notebook(tmp_path: Path) -> None:
    answer = source(tmp_path, {"gradient_accumulation (1).py": WORK, "ex3.ipynb": notebook(OTHER)})
    assert answer.cells == (WORK,)


@pytest.mark.parametrize("path", ["ex3.ipynb", "ex3/Copy of ex3.ipynb"])
@pytest.mark.parametrize("stub", [STUB, "# Ada\n" + STUB, STUB.replace("\n", " \r\n") + "\r\n\r\n"])
def test_the_untouched_stub_loses_to_a_notebook(tmp_path: Path, path: str, stub: str) -> None:
    answer = source(tmp_path, {"ex3/gradient_accumulation.py": stub, path: notebook(WORK)})
    assert (answer.script, answer.path, answer.cells) == (False, path, (WORK,))
    assert "did not use 'ex3/gradient_accumulation.py'" in answer.notes


@pytest.mark.parametrize("path", ["gradient_accumulation.py", "ex3/gradient_accumulation (1).py"])
def test_the_untouched_stub_is_nobodys_second_answer(tmp_path: Path, path: str) -> None:
    assert source(tmp_path, {"ex3/gradient_accumulation.py": STUB, path: WORK}).cells == (WORK,)


def test_the_untouched_stub_alone_is_found(tmp_path: Path) -> None:
    answer = source(tmp_path, {"ex3/gradient_accumulation.py": STUB, "ex3.ipynb": notebook(STUB)})
    assert answer.script
    assert is_untouched(answer, STUB)


def test_a_notebook_that_cannot_be_read_is_said_where_the_script_is_the_stub(tmp_path: Path) -> None:
    answer = found(tmp_path, {"gradient_accumulation.py": STUB, "ex3.ipynb": "{"})
    assert isinstance(answer, Refused)
    assert answer.reason.startswith("'ex3.ipynb' is no whole notebook")


def test_a_notebook_under_a_scripts_name_is_read_as_one(tmp_path: Path) -> None:
    path = "ex3/gradient_accumulation.py"
    answer = source(tmp_path, {path: notebook("%time\n" + WORK)})
    assert (answer.script, answer.cells) == (False, ("pass\n" + WORK,))
    assert answer.notes == (f"read '{path}' as the notebook that it holds",)


def test_many_files_named_nearly_as_a_large_answer_are_found_soon(tmp_path: Path) -> None:
    modules = {f"gradient_accumulation_v{number}.py": "" for number in range(500)}
    began = time.process_time()
    answer = source(tmp_path, {"gradient_accumulation.py": WORK + "# a remark on it\n" * 90_000, **modules})
    assert time.process_time() - began < 3  # a search for each of them took as long for each
    assert any(note.startswith("did not use 'gradient_accumulation_v0.py'") for note in answer.notes)


@pytest.mark.parametrize(("more", "amount"), [("\n" * 100_000, "100,000 lines"), ("#" * 6_000_000, "5 MB")])
def test_more_code_than_anybody_writes_is_refused(tmp_path: Path, more: str, amount: str) -> None:
    answer = found(tmp_path, {"ex3/gradient_accumulation.py": WORK + more})
    assert isinstance(answer, Refused)
    assert answer.reason == (
        f"'ex3/gradient_accumulation.py' holds more than {amount} of code. Put data in a file of its own."
    )


def test_what_ends_no_line_of_code_is_not_cut_at(tmp_path: Path) -> None:
    began = time.process_time()
    answer = source(tmp_path, {"gradient_accumulation.py": STUB + "\f" * 5_000_000})
    assert is_untouched(answer, STUB)
    assert time.process_time() - began < 0.7  # it took 1 s and more, in the midst of a run


def test_a_script_in_a_folder_that_is_called_a_notebook_is_a_script(tmp_path: Path) -> None:
    answer = source(tmp_path, {"ex3.ipynb/gradient_accumulation.py": WORK})
    assert (answer.script, answer.cells) == (True, (WORK,))


@pytest.mark.parametrize(
    ("text", "untouched"),
    [
        (STUB, True),
        (STUB.replace("\n", "\n\n"), True),
        (STUB.rstrip("\n"), True),
        (STUB.replace("\n", "  \n"), True),
        ("# Ada Lovelace\n" + STUB + "# done\n", True),
        (STUB + "done = True\n", False),
        (STUB.replace("    raise", "  raise"), False),
        (WORK, False),
        ("", True),
        ("# Ada Lovelace\nimport torch\n", True),
    ],
)
def test_an_untouched_script(text: str, untouched: bool) -> None:
    assert is_untouched(Source("x.py", True, (text,), {}, ()), STUB) is untouched


@pytest.mark.parametrize(
    ("cells", "untouched"),
    [
        ((STUB,), True),
        (("import torch", "# Write your function here.\ndef train_epoch():\n    raise NotImplementedError"), True),
        (("pass\nimport torch", ""), True),
        ((), True),
        (("import torch\n", WORK), False),
        (("import numpy",), False),
    ],
)
def test_an_untouched_notebook(cells: tuple[str, ...], untouched: bool) -> None:
    assert is_untouched(Source("x.ipynb", False, cells, {}, ()), STUB) is untouched


MAGIC = "%%writefile gradient_accumulation.py\n" + WORK
TOLD = "passed over cell {}: {} is not run here; write the code in a plain cell"


def test_a_cell_that_a_magic_takes_away_is_told(tmp_path: Path) -> None:
    answer = source(tmp_path, {"ex3.ipynb": notebook("%%time\nx = 1", MAGIC, WORK, "%%html\n<b>x</b>")})
    assert answer.cells == ("pass\nx = 1", "\n\n\n", WORK, "\n")
    assert answer.passed_over == (2, 4)
    assert answer.notes == (TOLD.format(2, "%%writefile"), TOLD.format(4, "%%html"))


def test_a_line_that_would_define_names_is_told(tmp_path: Path) -> None:
    within = f'text = """\n%run x\n"""\n{WORK}'
    timed = "%time train()\n%time x, y = load(n == 3)\n%time print(x == y)"
    cells = ("%matplotlib inline\nif True:\n    %run helper.py", within, "%pylab inline", timed)
    assert source(tmp_path, {"ex3.ipynb": notebook(*cells)}).notes == tuple(
        f"passed over {magic} in cell {number}: it is not run here; write it as plain Python instead"
        for magic, number in (("%run", 1), ("%pylab", 3), ("%time", 4))
    )


def test_many_cells_that_magics_take_away_are_told_in_few_words(tmp_path: Path) -> None:
    answer = source(tmp_path, {"ex3.ipynb": notebook(*["%%" + "x" * 10_000] * 300)})
    assert answer.notes == (
        *(TOLD.format(number, "%%" + "x" * 28) for number in range(1, 6)),
        "passed over 295 more such magics",
    )


# Missing and refused


def test_an_empty_folder_is_missing(tmp_path: Path) -> None:
    assert found(tmp_path, {}) == Missing(
        "Found no ex3/gradient_accumulation.py and no ex3.ipynb. The folder is empty."
    )


def test_files_of_other_exercises_are_not_held_against_a_student(tmp_path: Path) -> None:
    answer = found(tmp_path, {"ex4/optimizer_comparison.py": WORK, "ex5/mcc.py": WORK})
    assert answer == Missing("Found no ex3/gradient_accumulation.py and no ex3.ipynb.")


def test_a_long_list_is_cut(tmp_path: Path) -> None:
    answer = found(tmp_path, {f"{n:03}.txt": "" for n in range(300)})
    assert isinstance(answer, Missing)
    assert answer.reason.endswith("'019.txt' and 280 more.")


@pytest.mark.parametrize("name", ["ada.zip", "ex3/homework.ZIP", "ex3.tar.gz", "all.7z", "all.rar"])
def test_an_archive_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, {name: b"PK\x03\x04", "notes.txt": ""}) == Refused(
        f"'{name}' was not unpacked. Unpack it and hand in the files inside."
    )


@pytest.mark.parametrize(
    "own",
    [{"ex3/ex3.ipynb": notebook(WORK)}, {"ex3/my_gradient_accumulation_v2.py": WORK, "ex3.ipynb": notebook(WORK)}],
)
def test_what_lies_with_another_exercise_does_not_take_the_place_of_ones_own(tmp_path: Path, own: Files) -> None:
    answer = source(tmp_path, {**own, "ex5/gradient_accumulation.py": OTHER})
    assert answer.cells == (WORK,)
    assert answer.notes == ()
    assert source(tmp_path, {"ex5/gradient_accumulation.py": OTHER}, "bob").cells == (OTHER,)


def test_an_archive_beside_a_submission_or_another_exercise_does_not_matter(tmp_path: Path) -> None:
    assert source(tmp_path, {"ada.zip": b"", "gradient_accumulation.py": WORK}).cells == (WORK,)
    assert isinstance(found(tmp_path, {"ex1/data.zip": b""}, "bob"), Missing)


@pytest.mark.parametrize(
    "path",
    [
        ".hidden/ex3/gradient_accumulation.py",
        "__MACOSX/ex3/._gradient_accumulation.py",
        "__MACOSX/ex3/gradient_accumulation.py",
        "ex3/.ipynb_checkpoints/gradient_accumulation.py",
        "ex3/__pycache__/gradient_accumulation.py",
        "venv/ex3/gradient_accumulation.py",
        "node_modules/gradient_accumulation.py",
        "._gradient_accumulation.py",
        "a/b/c/d/e/f/g/h/i/j/gradient_accumulation.py",
    ],
)
def test_what_systems_and_tools_leave_behind_is_passed_over(tmp_path: Path, path: str) -> None:
    answer = found(tmp_path, {path: WORK})
    assert isinstance(answer, Missing)
    assert "gradient_accumulation.py'" not in answer.reason


def test_a_student_may_be_called_as_a_tool_calls_its_folder(tmp_path: Path) -> None:
    for name in ("env", "Venv", "site-packages", "__MACOSX", ".git"):
        (tmp_path / name).mkdir()
    assert [folder.name for folder in students(tmp_path)] == ["Venv", "env", "site-packages"]


def test_a_folder_that_a_system_keeps_on_a_disk_is_no_student(tmp_path: Path) -> None:
    for name in ("ada", "lost+found", "System Volume Information", "#recycle", "$RECYCLE.BIN", "@eaDir"):
        (tmp_path / name).mkdir()
    assert [folder.name for folder in students(tmp_path)] == ["ada"]


def test_a_virtual_environment_of_any_name_is_passed_over(tmp_path: Path) -> None:
    files = {"torch-env/pyvenv.cfg": "", "torch-env/lib/gradient_accumulation.py": OTHER}
    assert isinstance(found(tmp_path, files), Missing)


@pytest.mark.parametrize("home", ["", "ex3/"])
def test_work_in_the_folder_of_a_virtual_environment_is_found(tmp_path: Path, home: str) -> None:
    files = {f"{home}pyvenv.cfg": "", f"{home}Lib/ex3/gradient_accumulation.py": OTHER}
    answer = found(tmp_path, files | {f"{home}gradient_accumulation.py": WORK})
    assert isinstance(answer, Source)
    assert (answer.cells, answer.files) == ((WORK,), {})


# One named file


def test_a_named_script_is_read_with_its_neighbours(tmp_path: Path) -> None:
    written(tmp_path, {"my work.py": WORK, "helpers.py": "", "ex3.ipynb": notebook(OTHER)})
    assert read(tmp_path / "my work.py", "ex3") == Source("my work.py", True, (WORK,), {"helpers.py": b""}, ())


def test_a_named_notebook_is_read(tmp_path: Path) -> None:
    written(tmp_path, {"Untitled.ipynb": notebook("!pip install torch", WORK)})
    assert read(tmp_path / "Untitled.ipynb", "ex3") == Source("Untitled.ipynb", False, ("pass", WORK), {}, ())


def test_a_named_file_in_the_current_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path, {"a.py": WORK}))
    assert read(Path("a.py"), "ex3") == Source("a.py", True, (WORK,), {}, ())


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path / "a.py", "ex3") == Refused("'a.py' could not be opened (No such file or directory).")


# The folder of submissions


def test_students_are_the_folders_in_order(tmp_path: Path) -> None:
    for name in ("bob", "ada", "Zoe", ".git", "__MACOSX", "ex student"):
        written(tmp_path / name, {"a.py": ""})
    written(tmp_path, {"grades.csv": "", ".DS_Store": ""})
    assert [path.name for path in students(tmp_path)] == ["Zoe", "ada", "bob", "ex student"]


def test_a_link_that_cannot_be_followed_is_no_student_and_stops_nobody(tmp_path: Path) -> None:
    written(tmp_path / "ada", {"a.py": ""})
    (tmp_path / "bob").symlink_to("a" * 300)  # longer than a name may be: to look at its end is an error
    (tmp_path / "cyd").symlink_to("cyd")
    assert [path.name for path in students(tmp_path)] == ["ada"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a_mcc.py": "", "b_mcc.py": ""}, "found only loose files: 'a_mcc.py', 'b_mcc.py'."),
        ({f"{n}.zip": "" for n in range(5)}, "found only loose files: '0.zip', '1.zip', '2.zip' and 2 more."),
        ({".DS_Store": "", "__MACOSX/a": ""}, "it is empty."),
        ({"ex1/a.py": "", "ex2/a.py": ""}, "found the exercises of one student: 'ex1', 'ex2'."),
    ],
)
def test_another_layout_stops_the_run_with_advice(tmp_path: Path, files: Files, said: str) -> None:
    with pytest.raises(SubmissionsError) as problem:
        students(written(tmp_path / "all", files))
    assert str(problem.value) == (
        f"Looked for student folders in '{tmp_path}/all', but {said} "
        "Give SUBMISSIONS the folder that holds one folder for each student, named by the student's id."
    )


@pytest.mark.parametrize(("name", "said"), [("nowhere", "No such file"), ("file.txt", "Not a directory")])
def test_what_is_no_folder_stops_the_run_with_advice(tmp_path: Path, name: str, said: str) -> None:
    written(tmp_path, {"file.txt": ""})
    with pytest.raises(SubmissionsError, match=said):
        students(tmp_path / name)


# Same folder, same answer


def test_the_order_of_the_disk_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("gradient_accumulation (1).py", "b/gradient_accumulation.py", "a/ex3/gradient_accumulation.py")
    folder = written(
        tmp_path / "ada",
        dict.fromkeys(names, WORK) | {f"{n}.csv": str(n) for n in range(120)} | {"x/y.zip": b""},
    )
    plain = find(folder, EX3, MODULE, STUB)
    scandir = os.scandir
    for seed in range(20):

        @contextmanager
        def shuffled(path: Path, seed: int = seed) -> Iterator[Iterator[os.DirEntry[str]]]:
            with scandir(path) as entries:
                mixed = list(entries)
            random.Random(seed).shuffle(mixed)
            yield iter(mixed)

        monkeypatch.setattr(os, "scandir", shuffled)
        assert find(folder, EX3, MODULE, STUB) == plain
    assert isinstance(plain, Source)


def test_a_source_travels_to_a_worker(tmp_path: Path) -> None:
    answer = source(tmp_path, {"gradient_accumulation.py": WORK, "a.csv": b"1"})
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_finding_needs_no_heavy_import() -> None:
    """A student waits for it at every `make check`."""
    program = "import sys, grader.submission; print({'torch', 'numpy', 'nbformat'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
