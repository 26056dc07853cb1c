"""What students may leave in nbgrader's exchange, where their folders stay theirs."""

from __future__ import annotations

import errno
import fcntl
import getpass
import json
import os
import re
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect

from grader.exercise import exercise
from grader.hub import inbound
from grader.hub.collect import Collect, mend
from grader.hub.course import write_course
from tests.hub.course import Course

EX3 = exercise("ex3")
WRONG = (EX3.solution / "mistakes" / "step-each-micro-batch.py").read_text(encoding="utf-8")
ME = getpass.getuser()
WHEN = datetime(2026, 2, 1, 12, 30, 15, 250)


def left(folder: Path) -> list[str]:
    """The files in a folder, by their paths."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_only_regular_files_are_copied(tmp_path: Path) -> None:
    handed_in = tmp_path / "in"
    (handed_in / "data").mkdir(parents=True)
    (handed_in / "data" / "own.csv").write_text("1,2", encoding="utf-8")
    (handed_in / "ex3.ipynb").symlink_to(EX3.reference)
    (handed_in / "solutions").symlink_to(EX3.solution)
    os.mkfifo(handed_in / "pipe.py")
    (handed_in / "large.bin").write_bytes(bytes(2000))
    left_out = inbound.copy(handed_in, tmp_path / "out", 1000)
    assert left(tmp_path / "out") == ["data/own.csv"]
    assert [problem.split()[0] for problem in left_out] == ["ex3.ipynb", "large.bin", "pipe.py", "solutions"]


def test_a_name_that_a_terminal_might_obey_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a\x1b]0;x.csv", "ex3\u00a0final.ipynb", "b\udcff.csv"):
        (tmp_path / "in" / name).touch()
    assert len(inbound.copy(tmp_path / "in", tmp_path / "out", 1000)) == 2
    assert left(tmp_path / "out") == ["ex3\u00a0final.ipynb"]


def test_a_link_to_a_folder_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "in").symlink_to(EX3.solution)
    assert not inbound.is_own(tmp_path / "in", ME)
    assert inbound.copy(tmp_path / "in", tmp_path / "out", 1000) == ["the folder is a link"]
    assert left(tmp_path / "out") == []


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"word", b"a" * 129])
def test_a_secret_that_is_none_is_replaced(content: bytes | None, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    if content is not None:
        (tmp_path / "in" / inbound.SECRET).write_bytes(content)
    assert inbound.copy(tmp_path / "in", tmp_path / "out", 1000) == []
    inbound.mark(tmp_path / "in", tmp_path / "out", WHEN)
    assert len((tmp_path / "out" / inbound.SECRET).read_bytes()) == 128
    assert (tmp_path / "out" / inbound.SECRET).read_bytes() != content


def test_a_secret_of_nbgraders_stays_and_the_time_is_that_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / inbound.TIMESTAMP).mkdir(parents=True)
    (tmp_path / "in" / inbound.SECRET).write_bytes(b"ab" * 64)
    inbound.copy(tmp_path / "in", tmp_path / "out", 1000)
    inbound.mark(tmp_path / "in", tmp_path / "out", WHEN)
    assert (tmp_path / "out" / inbound.SECRET).read_bytes() == b"ab" * 64
    assert (tmp_path / "out" / inbound.TIMESTAMP).read_text() == "2026-02-01 12:30:15.000250 UTC"


def test_the_time_of_a_change_is_the_systems(tmp_path: Path) -> None:
    os.utime(tmp_path, (0, 0))
    assert abs((inbound.changed(tmp_path) - datetime.now(UTC).replace(tzinfo=None)).total_seconds()) < 60


@pytest.mark.parametrize(
    "name", ["ada", "ada.lovelace@uni.edu", "2026-ada", "O'Brien", "a+b", "Zoë Müller", "_ada"]
)
def test_an_account_may_have_the_name(name: str) -> None:
    assert inbound.can_be_account(name)


NO_NAMES = (
    "", ".", "..", ".ada", "b\nob", "b\udcffob", "b\0ob", "bob ", "*", "b[o]b", "=1+1", "b" * 129, "b&sol;ada",
    "ada\N{HANGUL FILLER}", "ada\N{COMBINING GRAPHEME JOINER}", "ada\N{VARIATION SELECTOR-17}",
    "ada\N{BRAILLE PATTERN BLANK}",
    "b<img src=q onerror=alert(1)>", 'b";alert(1)', "b\\..\\ada", "b%5C..%5Cada", "b#ada", "b?ada",
)  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES)
def test_no_account_has_the_name(name: str) -> None:
    assert not inbound.can_be_account(name)


@pytest.mark.parametrize(
    "when", ["9999-12-31 23:59:59 UTC", "0001-01-01 00:00:00 UTC", "2099-01-01 00:00:00 UTC", "", "1e99999999 UTC"]
)
def test_a_time_that_cannot_be_is_the_folders_own(
    when: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / f"bob+ex3+{when}+abcd"
    folder.mkdir()
    found = Collect(coursedir=CourseDirectory())._path_to_record(str(folder))
    assert found == {"username": "bob", "filename": folder.name, "timestamp": inbound.changed(folder)}
    assert "names no time that can be" in caplog.text


def test_what_was_changed_long_after_the_time_in_its_name_is_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = datetime.now(UTC)
    collect = Collect(coursedir=CourseDirectory())
    for when in (WHEN, now):
        (tmp_path / f"bob+ex3+{when:%Y-%m-%d %H:%M:%S.%f} UTC+abcd").mkdir()
    for folder in tmp_path.iterdir():
        assert collect._path_to_record(str(folder))["timestamp"] in (WHEN, now.replace(tzinfo=None))
    (told,) = [record.message for record in caplog.records]
    assert f"{WHEN:%Y-%m-%d}" in told
    assert "later than its name says" in told


def test_who_writes_into_a_file_leaves_the_folder_and_not_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ex3.ipynb").touch()
    later = {"ex3.ipynb": datetime(2026, 3, 1)}
    monkeypatch.setattr(inbound, "changed", lambda path: later.get(path.name, WHEN))
    assert inbound.last_changed(tmp_path) == later["ex3.ipynb"]
    assert inbound.last_changed(tmp_path / "gone") == WHEN


def test_a_folder_in_a_notebooks_place_makes_way_and_is_looked_through(tmp_path: Path) -> None:
    work = tmp_path / "ex3" / "ex3.ipynb" / "ex3.ipynb"
    (tmp_path / "ex3" / "folder-1").mkdir(parents=True)
    work.parent.mkdir()
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})
    work.write_text(text, encoding="utf-8")
    mend(tmp_path / "ex3", EX3)
    assert (tmp_path / "ex3" / "ex3.ipynb").read_text(encoding="utf-8") == text
    assert left(tmp_path / "ex3") == ["ex3.ipynb"]


@pytest.mark.parametrize("circle", [False, True])
def test_a_hand_in_that_has_gone_stops_nobodys_collecting(
    circle: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = ["eve+ex3+never", f"ada+ex3+{WHEN} UTC+abcd"]
    if circle:
        (tmp_path / names[0]).symlink_to(names[0])
    (tmp_path / names[1]).mkdir()
    (tmp_path / names[1] / "ex3.ipynb").write_text("{}", encoding="utf-8")
    course = CourseDirectory(root=str(tmp_path / "course"), course_id="proteins", assignment_id="ex3")
    collect = Collect(coursedir=course)
    collect.inbound_path = str(tmp_path)
    collect.src_records = [collect._path_to_record(str(tmp_path / name)) for name in names]
    assert not inbound.is_own(tmp_path / names[0], ME)
    collect.copy_files()
    assert [path.name for path in (tmp_path / "course" / "submitted").iterdir()] == ["ada"]
    assert "left out: eve+ex3+never has gone" in caplog.text


def test_who_holds_a_file_in_the_exchange_stops_nobodys_collecting(tmp_path: Path) -> None:
    names = [f"{student}+ex3+{WHEN} UTC+abcd" for student in ("eve", "ada")]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "ex3.ipynb").write_text("{}", encoding="utf-8")
    collect = Collect(coursedir=CourseDirectory(root=str(tmp_path / "course"), assignment_id="ex3"))
    collect.inbound_path = str(tmp_path)
    collect.src_records = [collect._path_to_record(str(tmp_path / name)) for name in names]
    with (tmp_path / names[0] / "ex3.ipynb").open("rb") as held:
        before = signal.signal(signal.SIGIO, signal.SIG_IGN)  # which asks for it
        fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        with pytest.raises(ExchangeError, match=re.escape(f"collect again: {names[0]} ([Errno 11]")):
            collect.copy_files()
        fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        signal.signal(signal.SIGIO, before)
    collected = tmp_path / "course" / "submitted"
    assert [path.parent.parent.name for path in collected.rglob("ex3.ipynb")] == ["ada"]


def test_what_was_not_copied_whole_is_collected_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a full disk, whose part is played here."""
    name = f"eve+ex3+{WHEN} UTC+abcd"
    (tmp_path / name).mkdir()
    (tmp_path / name / "ex3.ipynb").write_text("{}", encoding="utf-8")
    collect = Collect(coursedir=CourseDirectory(root=str(tmp_path / "course"), assignment_id="ex3"))
    collect.inbound_path = str(tmp_path)
    collect.src_records = [collect._path_to_record(str(tmp_path / name))]
    collected = tmp_path / "course" / "submitted" / "eve"

    def cut(_: Collect, src: str, dest: str, log: Any = None) -> None:
        del src, log
        Path(dest).mkdir(parents=True)
        Path(dest, "ex3.ipynb").write_text("{", encoding="utf-8")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(ExchangeCollect, "do_copy", cut)
        with pytest.raises(ExchangeError, match="No space left"):
            collect.copy_files()
    assert list(collected.iterdir()) == []
    collect.copy_files()
    assert (collected / "ex3" / "ex3.ipynb").read_text(encoding="utf-8") == "{}"


def test_a_hand_in_as_large_as_is_taken_is_collected(tmp_path: Path) -> None:
    name = f"eve+ex3+{WHEN} UTC+abcd"
    (tmp_path / name).mkdir()
    (tmp_path / name / "ex3.ipynb").write_text("{}", encoding="utf-8")
    course = CourseDirectory(root=str(tmp_path / "course"), assignment_id="ex3", max_dir_size=10)
    (tmp_path / name / "data.csv").write_bytes(bytes(course.max_dir_size * 1000 - 2 - inbound.MARKS))
    collect = Collect(coursedir=course)
    collect.inbound_path = str(tmp_path)
    collect.src_records = [collect._path_to_record(str(tmp_path / name))]
    collect.copy_files()
    assert "data.csv" in {path.name for path in (tmp_path / "course" / "submitted").rglob("*")}


def test_where_a_student_left_a_folder_a_newer_link_does_not_count(tmp_path: Path) -> None:
    collect = Collect(coursedir=CourseDirectory())
    collect.inbound_path = str(tmp_path)
    folder = {"username": "bob", "filename": "bob+ex3+a", "timestamp": WHEN}
    link = {"username": "bob", "filename": "bob+ex3+b", "timestamp": datetime(2026, 3, 1)}
    (tmp_path / "bob+ex3+a").mkdir()
    (tmp_path / "bob+ex3+b").symlink_to("bob+ex3+a")
    assert collect._sort_by_timestamp([link, folder]) == [folder]
    assert collect._sort_by_timestamp([link]) == [link]


def test_a_time_of_nbgraders_stays(tmp_path: Path) -> None:
    found = Collect(coursedir=CourseDirectory())._path_to_record(str(tmp_path / f"bob+ex3+{WHEN} UTC+abcd"))
    assert found["timestamp"] == WHEN


def test_what_is_odd_in_the_exchange_neither_stops_a_command_nor_shows_a_solution(tmp_path: Path) -> None:
    fresh, student = Course(tmp_path / "course", EX3), Course(tmp_path / "student", EX3)
    write_course(fresh.root, [EX3])
    (tmp_path / "exchange").mkdir(mode=0o777)
    student.root.mkdir()
    exchange = ["--course", "proteins", f"--Exchange.root={tmp_path / 'exchange'}"]
    cache = [f"--Exchange.cache={student.root / 'cache'}"]

    def run(who: Course, *arguments: str) -> str:
        ended = who.nbgrader(arguments[0], "ex3", *arguments[1:])
        assert ended.returncode == 0, (arguments, ended.stderr)
        return ended.stderr

    run(fresh, "release_assignment", *exchange)
    run(student, "fetch_assignment", *exchange, *cache)
    (student.root / "ex3" / "ex3.ipynb").write_text(json.dumps(fresh.solved(WRONG)), encoding="utf-8")
    run(student, "submit", *exchange, *cache)
    others = tmp_path / "exchange" / "proteins" / "inbound"
    (own,) = others.iterdir()
    (own / "gradient_accumulation.py").symlink_to(EX3.reference)
    (own / "names.txt").write_bytes(b"\xff\xfe")
    (own / inbound.TIMESTAMP).write_bytes(b"\xff\xfe never")
    (others / f"{ME}+ex3+2099-01-01 00:00:00 UTC+later").symlink_to(EX3.solution)
    (others / "bob+ex3+never").mkdir()
    (others / "bob+ex3+never" / inbound.SECRET).write_bytes(b"\xff\xfe")
    for name, target in {"eve": "eve+ex3+never", "kim": str(own), "lea": "nowhere"}.items():
        (others / f"{name}+ex3+never").symlink_to(target)
    (others / "max+ex3+never").write_text("{}", encoding="utf-8")
    for name in ("b\nob", "b\udcffob", "", "*"):
        (others / f"{name}+ex3+2026-02-01 12:00:00 UTC+a").mkdir()
    (others / f"{ME}+ex3+2026-02-01 12:00:00 UTC+\x1b[8m").mkdir()
    said = run(fresh, "collect", *exchange)
    assert said.count("no account has such a name") == 4
    assert said.count("+ex3+never is no folder") == 4
    assert "\x1b[8m" not in said
    assert "gradient_accumulation.py is a link, not a file" in said
    assert f"left out: what others handed in as {ME}" in said
    run(fresh, "collect", "--update", *exchange)
    run(fresh, "autograde")
    run(fresh, "generate_feedback")
    run(fresh, "release_feedback", *exchange)
    assert {name: sum(rows.values()) for name, rows in fresh.scores().items()} == {ME: 4, "bob": 0}
    pages = list((tmp_path / "exchange" / "proteins" / "feedback").glob("*.html"))
    assert len(pages) == 2
    reference = EX3.reference.read_text(encoding="utf-8").splitlines()[0]
    assert not any(reference in page.read_text(encoding="utf-8") for page in pages)
