"""The same attacks where there are no namespaces: whatever they find or make, it is nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.box import limits
from grader.box.job import OUT_OF_ROOM, Observation
from grader.box.walled import WalledBox
from tests.hostile.standing import standing
from tests.hostile.test_hostile import ATTACKS, HONEST, Attack, attacks, job

KINDS = ("reading/", "reaching/", "ending/kill", "ending/odd", "ending/daemon", "ending/fork", "ending/loop")
FLOODS = tuple(
    f"flooding/{name}" for name in ("forks", "deep", "unlinked", "locked", "first", "pieces", "spliced", "many")
)


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
    """A box of this kind, impatient."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "PATIENCE", 0.1)
        with standing("landlock") as box:
            yield box


@pytest.fixture(scope="module")
def patient() -> Iterator[WalledBox]:
    """A box that gives a scenario as long as it gives students: a slow disk needs it to be filled."""
    with standing("landlock") as box:
        yield box


@pytest.fixture(scope="module")
def honest(box: WalledBox) -> Observation:
    """What is seen of an honest submission."""
    return box.observe(job(HONEST))


@pytest.mark.parametrize("name", ["unlinked-files", "unlinked-maps", "unlinked-pages", "unlinked-names"])
def test_files_take_no_more_room_than_they_may(name: str, patient: WalledBox) -> None:
    text = (ATTACKS / f"flooding/{name}.py").read_text(encoding="utf-8")
    assert patient.observe(job(text))["scenarios"]["third"] == {"killed": OUT_OF_ROOM}


def test_the_disk_is_filled_no_faster_than_bytes_are_written(box: WalledBox) -> None:
    seen = box.observe(job(AT_ONCE))["scenarios"]
    assert [item.get("facts", item) for item in seen.values()] == [{"got": [-1, 1000]}] * 3


def test_locks_queues_and_files_without_a_name_are_no_large_files(box: WalledBox) -> None:
    seen = box.observe(job(WORKERS))["scenarios"]
    assert [item.get("facts", item) for item in seen.values()] == [{"got": [[3, 2, 1], True, 0, 0]}] * 3


def test_it_says_that_there_are_no_namespaces(box: WalledBox) -> None:
    assert "no namespaces" in box.walls


@pytest.mark.parametrize(
    "attack", [a for a in attacks() if a.name.startswith(KINDS + FLOODS)], ids=lambda a: a.name
)
def test_attack(attack: Attack, box: WalledBox, honest: Observation) -> None:
    seen = box.observe(job(attack.text))
    for item in seen["scenarios"].values():
        assert item.get("facts", {"got": "nothing"}) == {"got": "nothing"}
    assert seen["scenarios"].get("first", {}).keys() <= {"facts", "error"} or attack.name.startswith(FLOODS)
    assert box.observe(job(HONEST)) == honest
