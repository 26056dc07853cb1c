"""Two submissions at a time: what one of them does costs the other nothing."""

from __future__ import annotations

import errno
import selectors
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hostile.standing import standing
from tests.hostile.test_hostile import job

UNDER_WAY = """
import os
import socket
import time


def act(number):
    kept = []
    null = os.open("/dev/null", os.O_RDONLY)
    try:
        while number == 1 and len(kept) < 40:
            kept.append(socket.socketpair())
            socket.send_fds(kept[-1][0], [b"word"], [null] * 50)
    except OSError:
        if len(kept) > 1:
            time.sleep(12)  # as many as there may be are under way
    return "nothing"
"""
LOADER = """
import time

import torch
from torch.utils.data import DataLoader


def act(number):
    if number == 1:
        time.sleep(3)
    return [batch.tolist() for batch in DataLoader(torch.arange(4), batch_size=2, num_workers=2)]
"""

GROUP = """
import os

FIRST = os.getpgrp() == os.getpid()


def act(number):
    return FIRST
"""

WAITS = """
import asyncio
import sys

WHICH = "import selectors; print(selectors.DefaultSelector.__name__)"


async def which():
    await asyncio.sleep(0.01)
    command = [sys.executable, "-I", "-S", "-c", WHICH]
    other = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    return (await other.communicate())[0].decode().strip()


def act(number):
    return asyncio.run(which())
"""

FILES = """
import multiprocessing
import os
import subprocess
import tempfile


def act(number):
    os.makedirs("checkpoints", exist_ok=True)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        with open(f"{folder}/last", "w") as file:
            file.write("whole")
        os.replace(f"{folder}/last", "checkpoints/last")
    command = ["python3", "-I", "-S", "-c", "print('said')"]
    multiprocessing.Value("d", 0.0)  # which looks for a disk with room
    with subprocess.Popen(command, stdout=subprocess.PIPE, pipesize=1 << 18) as other:
        return [os.listdir("checkpoints"), other.stdout.read().decode().strip()]
"""

SETS_ENCODING = """
import sys


def act(number):
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        stream.reconfigure(encoding="utf-8", line_buffering=True)
    print("\u03b1-helix", number)
    print("\u03b2-sheet", number, file=sys.stderr)
    return number
"""

LEAVES_FLAGS = """
import fcntl
import os
import signal


def act(number):
    seen = [fcntl.fcntl(0, command) for command in (fcntl.F_GETFL, fcntl.F_GETSIG)]
    if number == 3:
        fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK)
        try:
            fcntl.fcntl(0, fcntl.F_SETSIG, signal.SIGUSR1)
        except PermissionError:
            pass
    return seen
"""


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_who_waits_needs_no_watches_that_a_neighbour_may_use_up(kind: str) -> None:
    with standing(kind) as box:
        seen = box.observe(job(WAITS))["scenarios"]
    assert [item.get("facts", item) for item in seen.values()] == [{"got": "PollSelector"}] * 3


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_files_move_pipes_may_be_large_and_python_is_found(kind: str) -> None:
    with standing(kind) as box:
        seen = box.observe(job(FILES))["scenarios"]
    assert [item.get("facts", item) for item in seen.values()] == [{"got": [["last"], "said"]}] * 3


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_the_encoding_of_what_is_printed_may_be_set(kind: str) -> None:
    with standing(kind) as box:
        seen = box.observe(job(SETS_ENCODING))
    assert [item.get("facts", item) for item in seen["scenarios"].values()] == [{"got": 1}, {"got": 2}, {"got": 3}]
    assert all(
        f"{word} {number}\n" in seen["printed"] for word in ("\u03b1-helix", "\u03b2-sheet") for number in (1, 2, 3)
    )


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_a_signal_to_the_own_group_reaches_no_process_of_ours(kind: str) -> None:
    """Landlock keeps it in, but for what an old kernel has of that."""
    with standing(kind) as box:
        seen = box.observe(job(GROUP))["scenarios"]
    assert [item.get("facts", item) for item in seen.values()] == [{"got": True}] * 3


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_the_flags_of_standard_input_are_no_word_for_the_next(kind: str) -> None:
    with standing(kind) as box:
        assert box.observe(job(LEAVES_FLAGS)) == box.observe(job(LEAVES_FLAGS))


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_descriptors_under_way_are_the_neighbours_too(kind: str) -> None:
    with standing(kind) as one, standing(kind) as other, ThreadPoolExecutor() as pool:
        seen = [pool.submit(box.observe, job(text)) for box, text in ((one, UNDER_WAY), (other, LOADER))]
        hostile, honest = (each.result()["scenarios"] for each in seen)
    assert {name: item["facts"]["got"] for name, item in hostile.items()} == dict.fromkeys(hostile, "nothing")
    assert [item.get("facts") for item in honest.values()] == [{"got": [[0, 1], [2, 3]]}] * 3


def test_the_grader_needs_nothing_that_a_submission_of_the_same_user_may_use_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So many watches of epoll are a user's, wherever the processes are; 105 processes took five million."""

    def none_left(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if hasattr(selectors, "EpollSelector"):
        monkeypatch.setattr(selectors.EpollSelector, "register", none_left)
    with standing("namespaces") as box:
        seen = box.observe(job("def act(number):\n    return number"))["scenarios"]
    assert [item["facts"]["got"] for item in seen.values()] == [1, 2, 3]
