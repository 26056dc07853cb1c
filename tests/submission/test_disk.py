"""Odd files: links, pipes, folders, huge and unreadable ones. None is followed, waited for or read."""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest

from grader.submission import Missing, Refused, Source, Submission, find, read, students
from grader.submission import disk as disk_module
from grader.submission import folder as folder_module
from grader.submission.disk import FILE_LIMIT, listing, read_bytes
from grader.submission.source import UnreadableError
from tests.submission.handed_in import EX3, MODULE, STUB, WORK, notebook, written

SCRIPT = "ex3/gradient_accumulation.py"
SECRET = "def train_epoch(): 'the solution'\n"


def ask(folder: Path) -> Submission:
    return find(folder, EX3, MODULE, STUB)


def link_to_a_solution(file: Path) -> None:
    solution = written(file.parents[3] / "solutions", {"solution.py": SECRET}) / "solution.py"
    file.symlink_to(solution)


def broken_link(file: Path) -> None:
    file.symlink_to("nowhere")


def link_to_a_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def folder_for_a_file(file: Path) -> None:
    file.mkdir()


def unix_socket(file: Path) -> None:
    with chdir(file.parent), socket.socket(socket.AF_UNIX) as made:  # the name of a socket may not be long
        made.bind(file.name)


ODD = [
    (link_to_a_solution, "is a link, not a file"),
    (broken_link, "is a link, not a file"),
    (link_to_a_device, "is a link, not a file"),
    (folder_for_a_file, "is a folder, not a file"),
    (os.mkfifo, "is a pipe or a device, not a file"),
    (unix_socket, "is a pipe or a device, not a file"),
]


@pytest.mark.parametrize("path", [SCRIPT, "ex3/ex3.ipynb", "ex3/Copy of gradient_accumulation.py"])
@pytest.mark.parametrize(("make", "words"), ODD)
def test_what_is_no_regular_file_is_refused(
    tmp_path: Path, make: Callable[[Path], None], words: str, path: str
) -> None:
    ada = written(tmp_path / "all" / "ada", {"ex3/notes.txt": ""})
    make(ada / path)
    assert ask(ada) == Refused(f"'{path}' {words}. Hand in the file itself.")
    assert read(ada / path, "ex3") == Refused(f"'{Path(path).name}' {words}. Hand in the file itself.")


@pytest.mark.parametrize(("make", "_"), ODD)
def test_an_odd_file_takes_nothing_from_a_regular_one(tmp_path: Path, make: Callable[[Path], None], _: str) -> None:
    ada = written(tmp_path / "all" / "ada", {"gradient_accumulation.py": WORK, "ex3/notes.txt": ""})
    make(ada / SCRIPT)
    answer = ask(ada)
    assert isinstance(answer, Source)
    assert answer.cells == (WORK,)


def test_odd_files_do_not_come_along(tmp_path: Path) -> None:
    ada = written(tmp_path / "all" / "ada", {SCRIPT: WORK, "ex3/helpers.py": ""})
    link_to_a_solution(ada / "ex3" / "solution.py")
    os.mkfifo(ada / "ex3" / "pipe.csv")
    (ada / "ex3" / "linked").symlink_to(tmp_path / "solutions")
    (ada / "ex3" / "a\\..\\b.py").touch()
    (ada / "ex3" / "a\nb.py").touch()
    answer = ask(ada)
    assert isinstance(answer, Source)
    assert answer.files == {"helpers.py": b""}


@pytest.mark.parametrize("name", ["ex3", "sub"])
def test_a_linked_folder_is_not_entered(tmp_path: Path, name: str) -> None:
    written(tmp_path / "bob", {"gradient_accumulation.py": WORK, SCRIPT: WORK})
    ada = written(tmp_path / "ada", {})
    (ada / name).symlink_to(tmp_path / "bob")
    assert ask(ada) == Missing(
        "Found no ex3/gradient_accumulation.py and no ex3.ipynb. "
        f"These files were there, and none is plainly it: '{name} (a link)'."
    )


def test_a_linked_student_is_listed_and_refused(tmp_path: Path) -> None:
    written(tmp_path / "all" / "bob", {SCRIPT: WORK})
    (tmp_path / "all" / "ada").symlink_to(tmp_path / "all" / "bob")
    ada, bob = students(tmp_path / "all")
    assert ask(ada) == Refused("Your folder is a link. Put the folder itself in its place.")
    assert isinstance(ask(bob), Source)


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    ada = written(tmp_path / "ada", {"a/b/notes.txt": ""})
    (ada / "a" / "b" / "loop").symlink_to(ada)
    assert isinstance(ask(ada), Missing)


@pytest.mark.parametrize("path", [SCRIPT, "ex3.ipynb"])
def test_a_gigabyte_is_refused_unread(tmp_path: Path, path: str) -> None:
    ada = written(tmp_path / "ada", {path: ""})
    os.truncate(ada / path, 1024**3)
    started = time.process_time()
    assert ask(ada) == Refused(
        f"'{path}' is too large: 1,024.0 MB, where 25 MB are read. Clear the outputs or take data out."
    )
    assert time.process_time() - started < 0.2


def test_the_limit_is_25_megabytes(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_bytes(b'{"cells": []}'.ljust(FILE_LIMIT))
    assert isinstance(read(file, "ex3"), Source)
    with file.open("ab") as stream:
        stream.write(b" ")
    assert isinstance(read(file, "ex3"), Refused)


def test_a_file_that_becomes_a_link_after_the_look_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.py"
    file.write_text(WORK)
    plain = file.lstat()
    file.unlink()
    file.symlink_to(written(tmp_path / "s", {"solution.py": SECRET}) / "solution.py")
    monkeypatch.setattr(Path, "lstat", lambda _: plain)
    with pytest.raises(UnreadableError, match="could not be opened"):
        read_bytes(tmp_path, file.name)


@pytest.mark.skipif(os.open not in os.supports_dir_fd, reason="this system opens nothing beside a folder")
@pytest.mark.parametrize("swapped", ["ada", "ada/ex3"])
def test_a_folder_that_becomes_a_link_after_the_look_is_not_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    ada = written(tmp_path / "ada", {SCRIPT: WORK, "ex3/helper.py": ""})
    solutions = written(tmp_path / "solutions", {Path(SCRIPT).name: SECRET, SCRIPT: SECRET, "helper.py": SECRET})

    def list_and_swap(folder: Path) -> list[disk_module.Entry]:
        entries = listing(folder)
        (tmp_path / swapped).rename(tmp_path / "away")
        (tmp_path / swapped).symlink_to(solutions)
        return entries

    monkeypatch.setattr(folder_module, "listing", list_and_swap)
    answer = ask(ada)
    assert isinstance(answer, Refused)
    assert "could not be opened" in answer.reason


@pytest.mark.skipif(os.scandir not in os.supports_fd, reason="this system lists no folder that is open")
@pytest.mark.parametrize("swapped", ["ada", "ada/ex3"])
def test_a_folder_that_becomes_a_link_before_it_is_listed_is_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    ada = written(tmp_path / "ada", {SCRIPT: WORK})
    solutions = written(tmp_path / "solutions", {"solution.py": SECRET, "ex3/secret-name.py": SECRET})
    scan = disk_module._scan

    def swap_and_scan(folder: Path, path: str, most: int) -> list[disk_module.Entry]:
        if (folder / path) == tmp_path / swapped:
            (tmp_path / swapped).rename(tmp_path / "away")
            (tmp_path / swapped).symlink_to(solutions)
        return scan(folder, path, most)

    monkeypatch.setattr(disk_module, "_scan", swap_and_scan)
    answer = ask(ada)
    assert isinstance(answer, Refused)
    assert "could not be listed" in answer.reason


def test_a_file_that_grows_after_the_look_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_text(WORK)
    plain = file.lstat()
    os.truncate(file, 1024**3)
    monkeypatch.setattr(Path, "lstat", lambda _: plain)
    with pytest.raises(UnreadableError, match="too large"):
        read_bytes(tmp_path, file.name)


def forbid(_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_folder_that_may_not_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root reads everything, the refusal is played."""
    ada = written(tmp_path / "ada", {SCRIPT: WORK})
    monkeypatch.setattr(os, "scandir", forbid)
    assert ask(ada) == Refused("Your folder could not be listed (Permission denied).")
    answer = read(ada / SCRIPT, "ex3")
    assert isinstance(answer, Source)
    assert answer.notes == ("took no other file along: the folder could not be listed (Permission denied)",)


def test_a_student_folder_that_is_gone_is_refused(tmp_path: Path) -> None:
    assert ask(tmp_path / "gone") == Refused("Your folder could not be listed (No such file or directory).")


def test_a_flood_of_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_module, "ENTRY_LIMIT", 50)
    ada = written(tmp_path / "ada", {SCRIPT: WORK} | {f"{n}.txt": "" for n in range(48)})
    assert isinstance(ask(ada), Source)
    (ada / "one more.txt").touch()
    assert ask(ada) == Refused("Your folder holds more than 50 files. Hand in your own files only.")
    for name in listing(tmp_path / "ada" / "ex3"):
        assert name.path == "gradient_accumulation.py"


def test_a_crowd_beside_a_named_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_module, "ENTRY_LIMIT", 5)
    written(tmp_path, {"a.py": WORK} | {f"{n}.txt": "" for n in range(9)})
    answer = read(tmp_path / "a.py", "ex3")
    assert isinstance(answer, Source)
    assert answer.files == {}
    assert answer.notes[0].startswith("took no other file along: the folder holds more than 5 files")


# Names with anything in them

ODD_NAMES = ["a\nb", "a\tb", "a\x1b[31mb", "a\u202eb", "b..", "a'b", "a" * 200, os.fsdecode(b"a\xff")]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_printed_safely(tmp_path: Path, name: str) -> None:
    missing = ask(written(tmp_path / "ada", {f"{name}.txt": ""}))
    source = ask(written(tmp_path / "bob", {f"{name}/ex3/gradient_accumulation.py": WORK, f"{name}.txt": ""}))
    torn = ask(written(tmp_path / "eve", {f"{name}/ex3.ipynb": notebook(WORK), "a/ex3.ipynb": notebook("x")}))
    assert isinstance(missing, Missing)
    assert isinstance(source, Source)
    assert isinstance(torn, Refused)
    texts = [missing.reason, *source.notes, torn.reason]
    assert all(text.isprintable() and text.encode() for text in texts)


def test_a_line_end_in_a_name_is_spelled_out(tmp_path: Path) -> None:
    answer = ask(written(tmp_path / "ada", {"a\nb/ex3.ipynb": notebook(WORK)}))
    assert isinstance(answer, Source)
    assert answer.notes == ("read 'a\\nb/ex3.ipynb' as ex3.ipynb",)


def test_nothing_is_written_while_finding(tmp_path: Path) -> None:
    ada = written(tmp_path / "ada", {SCRIPT: WORK, "ex3.ipynb": notebook(WORK), "a.zip": b"PK\x03\x04"})
    before = {path: stat.S_IFMT(path.lstat().st_mode) for path in tmp_path.rglob("*")}
    assert isinstance(ask(ada), Source)
    assert {path: stat.S_IFMT(path.lstat().st_mode) for path in tmp_path.rglob("*")} == before
