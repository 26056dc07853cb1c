"""Files that have no name any more take room all the same."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
from pathlib import Path
from random import Random

import pytest

from grader.box import limits, room
from grader.box.processes import Moved


def held_by(pid: int) -> list[tuple[str, int]]:
    """Names and sizes of what a process holds; it opens and closes its libraries as it starts."""
    for _ in range(100):
        try:
            return [(name, status.st_size) for name, status in room.held([pid])]
        except Moved:
            time.sleep(0.05)
    raise TimeoutError("It never rested.")


def test_a_program_without_a_name_is_a_file_that_its_process_holds(tmp_path: Path) -> None:
    program = tmp_path / "program"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            program.unlink()
            held = held_by(running.pid)
        finally:
            running.kill()
    assert held == [(f"{program} (deleted)", Path("/bin/sleep").stat().st_size)]


def test_a_removed_folder_that_a_process_holds_or_works_in_takes_room(tmp_path: Path) -> None:
    held, home = tmp_path / "held", tmp_path / "home"
    for folder in (held, home):
        folder.mkdir()
    descriptor = os.open(held, os.O_RDONLY)
    silent = subprocess.DEVNULL
    command = ["/bin/sleep", "60"]
    with subprocess.Popen(command, pass_fds=[descriptor], cwd=home, stdout=silent, stderr=silent) as running:
        try:
            held.rmdir()
            home.rmdir()
            names = {name for name, _ in held_by(running.pid)}
        finally:
            running.kill()
            os.close(descriptor)
    assert names == {f"{held} (deleted)", f"{home} (deleted)"}


def test_of_a_file_with_a_name_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it lies on a network, each answer may take its time, and a submission may hold many."""
    for name in ("named", "gone"):
        (tmp_path / name).touch()
    descriptors = [os.open(tmp_path / name, os.O_PATH) for name in ("named", "gone")]
    (tmp_path / "gone").unlink()
    asked = []
    stat = os.stat

    def noted(path: str) -> os.stat_result:
        asked.append(os.readlink(path))  # noqa: PTH115
        return stat(path)

    silent = subprocess.DEVNULL
    with subprocess.Popen(["/bin/sleep", "60"], pass_fds=descriptors, stdout=silent, stderr=silent) as running:
        try:
            with monkeypatch.context() as patch:
                patch.setattr(os, "stat", noted)
                found = held_by(running.pid)
        finally:
            running.kill()
            for descriptor in descriptors:
                os.close(descriptor)
    assert found == [(f"{tmp_path}/gone (deleted)", 0)]
    assert {*asked} == {f"{tmp_path}/gone (deleted)"}


def test_a_link_in_the_place_of_a_folder_leads_nowhere(tmp_path: Path) -> None:
    """As whoever grades, the lookout could list what a submission may not."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    (elsewhere / "inner").mkdir(parents=True)
    (elsewhere / "inner" / "file").touch()
    home.mkdir()
    (home / "folder").symlink_to(elsewhere)
    with pytest.raises(FileNotFoundError):
        next(room.entries(f"{home}/folder/inner", Random(0), []))
    assert {name for name, _ in room.below([home], [])} == {str(home), f"{home}/folder"}


def test_each_name_of_a_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ENTRIES", 5)
    (tmp_path / "file").touch()
    for count in range(3):
        (tmp_path / f"{count}").hardlink_to(tmp_path / "file")
    assert not room.too_much([tmp_path], [])
    (tmp_path / "3").hardlink_to(tmp_path / "file")
    (tmp_path / "4").hardlink_to(tmp_path / "file")
    assert room.too_much([tmp_path], [])


def grown(folder: Path, levels: int) -> None:
    """Make folders in folders, deeper than any name reaches, with a file at the end, and no right to read that."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("deeper", dir_fd=here)
        there = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.fchmod(here, 0)
    os.close(here)


def test_a_folder_is_removed_however_deep_it_is(tmp_path: Path) -> None:
    """With three descriptors, and no function that calls itself 1,000 times."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    for folder in (home / "unreadable", elsewhere):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    (home / "link").symlink_to(elsewhere)
    (home / "unreadable").chmod(0)
    grown(home, 3000)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 3, before[1]))
    try:
        room.remove(home)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert list(tmp_path.iterdir()) == [elsewhere]
    assert (elsewhere / "file").exists()


def test_nothing_is_removed_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that somebody moves up while it is emptied leads out of the one to remove."""
    home, own = tmp_path / "home", tmp_path / "two"
    (home / "one" / "two" / "three").mkdir(parents=True)
    own.mkdir()
    emptied = room.emptied

    def moving(here: int) -> list[str]:
        names = emptied(here)
        if names == ["three"]:
            (home / "one" / "two").rename(tmp_path / "moved")
        return names

    monkeypatch.setattr(room, "emptied", moving)
    with pytest.raises(OSError, match="were moved meanwhile"):
        room.remove(home)
    assert own.exists()


def test_a_lookout_without_a_descriptor_left_says_so(tmp_path: Path) -> None:
    """Or the submission that it looks at would pay for it."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            room.too_much([tmp_path], [])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
