"""The room that a submission's files take where there are no namespaces."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from grader.box.job import OUT_OF_ROOM
from grader.box.walled import WalledBox
from tests.hostile.standing import standing
from tests.hostile.test_hostile import ATTACKS, job

WORKERS = """
import multiprocessing
import tempfile
import time
from multiprocessing.shared_memory import SharedMemory

import numpy as np


def act(number):
    locks = [multiprocessing.Lock() for _ in range(20)]
    spawned = multiprocessing.get_context("spawn").Event()
    total = multiprocessing.Value("i", 0)
    shared = SharedMemory(create=True, size=4096)
    shared.unlink()
    with tempfile.TemporaryFile() as file, multiprocessing.Pool(2) as pool:
        kept = np.memmap(file, shape=1000)
        squares = pool.map(abs, range(-3, 0))
        time.sleep(0.8)
    with locks[0], total.get_lock():
        spawned.set()
        shared.close()
        return [squares, spawned.wait(), total.value, int(kept.sum())]
"""

AT_ONCE = """
import ctypes
import os


def act(number):
    with open("file", "wb") as file:
        by_the_call = ctypes.CDLL(None).fallocate(file.fileno(), 0, 0, ctypes.c_long(500))
        os.posix_fallocate(file.fileno(), 0, 1000)
    return [by_the_call, os.path.getsize("file")]
"""


@pytest.fixture(scope="module")
def box() -> Iterator[WalledBox]:
    """A box of this kind, as patient as with students: it takes a slow disk its time to be filled."""
    with standing("landlock") as box:
        yield box


@pytest.mark.parametrize(
    "name", ["unlinked-files", "unlinked-maps", "unlinked-pages", "unlinked-names", "unlinked-elsewhere"]
)
def test_files_take_no_more_room_than_they_may(name: str, box: WalledBox) -> None:
    text = (ATTACKS / f"flooding/{name}.py").read_text(encoding="utf-8")
    assert box.observe(job(text))["scenarios"]["third"] == {"killed": OUT_OF_ROOM}


@pytest.mark.skipif(os.getuid() != 0, reason="only root has rights to be without")
@pytest.mark.usefixtures("box")
def test_files_are_counted_by_a_root_who_may_not_look_at_everybodys_processes() -> None:
    """In a container root has not this right. The fixture skips this where it would skip those."""
    tests = f"{__file__}::{test_files_take_no_more_room_than_they_may.__name__}"
    without = ["setpriv", "--bounding-set", "-sys_ptrace", sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    ended = subprocess.run([*without, tests], capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout
    assert "5 passed" in ended.stdout


@pytest.mark.skipif(os.getuid() != 0, reason="only root may mount")
def test_where_proc_hides_processes_no_walls_stand() -> None:
    """A program that nobody may read would be out of sight for who counts what it takes."""
    asked = "from grader.box.walled import WalledBox\nwith WalledBox('landlock') as box:\n    print(box.stands())"
    mounted = f'mount -t proc -o hidepid=2 proc /proc && exec "{sys.executable}" -c "$0"'
    ended = subprocess.run(
        ["unshare", "-m", "bash", "-c", mounted, asked], capture_output=True, text=True, check=False
    )
    assert ended.stdout == "False\n", ended.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root has rights to give up")
def test_where_root_may_not_remove_a_submissions_folder_no_walls_stand() -> None:
    with WalledBox("landlock") as box:
        if not box.stands():
            pytest.skip("Landlock does not stand here")
    asked = "from grader.box.walled import WalledBox\nwith WalledBox('landlock') as box:\n"
    asked += "    print(box.stands())\n    print(box.last_words())"
    command = ["setpriv", "--bounding-set=-dac_override", sys.executable, "-c", asked]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("False\n"), ended.stderr
    assert "Root lacks CAP_DAC_OVERRIDE" in ended.stdout


def test_the_disk_is_filled_no_faster_than_bytes_are_written(box: WalledBox) -> None:
    seen = box.observe(job(AT_ONCE))["scenarios"]
    assert [item.get("facts", item) for item in seen.values()] == [{"got": [-1, 1000]}] * 3


def test_locks_queues_and_files_without_a_name_are_no_large_files(box: WalledBox) -> None:
    seen = box.observe(job(WORKERS))["scenarios"]
    assert [item.get("facts", item) for item in seen.values()] == [{"got": [[3, 2, 1], True, 0, 0]}] * 3
