"""What Landlock does not govern: socket files of the machine, marks on the teacher's files, the count of processes.

A submission runs as the teacher here, as it does where nobody else can be had and there are no namespaces.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.box import sight, syscalls
from grader.box.job import OUT_OF_ROOM, TOO_MANY
from grader.exercise import ROOT

SOMEBODY = 12_345  # whom root becomes for this test
ONE_RIGHT = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
IMPORTS = """
import json, sys
from dataclasses import replace
from grader.box import bubblewrap
from grader.box.walled import WalledBox
from tests.hostile.test_hostile import job
"""
GRADE = """
with WalledBox("landlock") as box:
    jobs = [replace(job(text), only=("first",)) for text in json.load(sys.stdin)]
    seen = [box.observe(each) for each in jobs] if box.stands() else []
print(json.dumps([item["scenarios"]["first"] for item in seen]))
"""
HOSTILE = """
import os
import socket
import tempfile

HERE = "%s"
SHARED = "/dev/shm/" + os.path.basename(HERE)


def act(number):
    tries = {
        "shared memory": lambda: open("/dev/shm/kit-word", "w"),
        "a folder of it": lambda: os.mkdir("/dev/shm/kit-folder"),
        "its names": lambda: os.listdir("/dev/shm"),
        "what the teacher has there": lambda: open(SHARED),
        "the end of that": lambda: os.unlink(SHARED),
        "a connection": lambda: socket.socket(socket.AF_UNIX).connect(f"{HERE}/bus"),
        "a message": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"word", f"{HERE}/log"),
        "a pair": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"word", f"{HERE}/log"),
        "a name": lambda: socket.socket(socket.AF_UNIX).bind("\\0org.machine.bus"),
        "the machine's networks": lambda: os.listdir(f"/proc/self/task/{os.getpid()}/net/dev_snmp6"),
        "the way there": lambda: os.open(f"{os.getpid()}/net", os.O_RDONLY, dir_fd=102),
        "the end of a file by its name": lambda: os.truncate("one", 0),
        "the end of a file that is read": lambda: os.open("one", os.O_RDONLY | os.O_TRUNC),
        "the end of one that is not even read": lambda: os.open("one", os.O_ACCMODE | os.O_TRUNC),
        "a file for nothing": lambda: os.open(f"{HERE}/file", os.O_ACCMODE),
        "a device for nothing": lambda: os.open("/dev/ptmx", os.O_ACCMODE),
        "a file without a name": lambda: os.open(".", os.O_TMPFILE | os.O_RDWR),
        "a second name": lambda: os.link("one", "two"),
        "an attribute": lambda: os.setxattr(f"{HERE}/file", "user.word", b"word"),
    }
    with tempfile.TemporaryFile(dir=".") as file:  # of another kind, then
        file.write(b"word")
    open("one", "w").close()
    os.chmod(f"{HERE}/file", 0o777)  # says that it is done
    os.utime(f"{HERE}/file", (1, 1))
    return [name for name, attempt in tries.items() if succeeds(attempt)]


def succeeds(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True
"""
HONEST = """
import multiprocessing
import os
import shutil
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import torch
from torch.utils.data import DataLoader


def add(lock, total, memory):
    for _ in range(100):
        with lock:
            total.value += 1
    shared = SharedMemory(memory)
    shared.buf[0] += 1
    shared.close()


def act(number):
    Path("one").write_text("one")
    shutil.copy2("one", "two")
    assert Path("two").read_text() == "one"
    Path("touched").touch()
    Path("touched").touch()
    os.stat("touched")
    lock, total = multiprocessing.Lock(), multiprocessing.Value("i", 0, lock=False)
    memory = SharedMemory(create=True, size=10)
    workers = [multiprocessing.Process(target=add, args=(lock, total, memory.name)) for _ in range(2)]
    for worker in workers:
        worker.start()
        worker.join()
    seen = [total.value, memory.buf[0]]
    memory.close()
    memory.unlink()
    loader = DataLoader(torch.arange(4), batch_size=2, num_workers=2)
    return [seen, [batch.tolist() for batch in loader]]
"""


LOCKED = """
import os


def act(number):
    os.makedirs("locked", 0o300, exist_ok=True)
    open("locked/word", "w").close()
"""


FORKS = """
import os
import time


def act(number):
    for _ in range(%d):
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
    time.sleep(20)  # on a busy machine it takes a while until somebody looks
    return "forked"
"""


UNREADABLE = """
import os
import sys


def act(number):
    own = os.environ["HOME"] + "/python"
    with open(sys.executable, "rb") as python:
        copy = os.open(own, os.O_CREAT | os.O_WRONLY, 0o111)
        os.write(copy, python.read())
        os.close(copy)
    try:
        os.execv(own, [own, "-I", "-S", "-c", "import time; time.sleep(20)"])
    except PermissionError:
        return "refused"
"""


MAPS_ITS_FILES = """
import os
import time

import numpy as np


def act(number):
    kept = []
    for name in range(32):
        with open(f"fill-{name}", "w+b") as file:
            file.write(bytes(4096))
            kept.append(np.memmap(file, shape=4096))
            for _ in range(30):
                file.write(bytes(1 << 20))
    time.sleep(10)
    return "filled"
"""


RIGHTS = """
import ctypes

VERSION = 0x20080522


def act(number):
    header, rights = (ctypes.c_uint32 * 2)(VERSION, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capget(header, rights) == 0
    return list(rights[:3])
"""


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder of the teacher's, with a file and two sockets to which somebody listens."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX) as bus,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log,
    ):
        place = Path(folder)
        bus.bind(str(place / "bus"))
        bus.listen()
        log.bind(str(place / "log"))
        (place / "file").write_text("the teacher's")
        for path in (place, *place.iterdir()):
            os.chown(path, SOMEBODY if os.getuid() == 0 else -1, -1)
        yield place


def as_somebody(program: str, heard: str = "", rights: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run a program that knows the kit, as an ordinary user, to whom root may leave some of its `rights`."""
    somebody = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups"]
    before = [*somebody, *rights] if os.getuid() == 0 else []
    environment = os.environ | sight.environment([ROOT, ROOT / "assignments"], gpu=False)
    command = [*before, sys.executable, "-c", program]
    return subprocess.run(command, input=heard, capture_output=True, text=True, env=environment, check=False)


def somebody_can_grade() -> bool:
    """Whether an ordinary user may read this Python, and this kit. It is begun with root's right to read it."""
    return as_somebody(f"{IMPORTS}\nfrom grader.box.sight import python\npython()").returncode == 0


def graded(*texts: str, bounds: str = "", rights: Sequence[str] = ()) -> list[Any]:
    """What the first scenario sees of each submission, graded by an ordinary user behind Landlock alone, who may
    have set bounds to the grader before, or have some of root's rights."""
    if not somebody_can_grade():
        pytest.skip("an ordinary user may not read this Python, or this kit")
    run = as_somebody(bounds + IMPORTS + GRADE, json.dumps(texts), rights)
    assert run.returncode == 0, run.stderr
    seen: list[Any] = json.loads(run.stdout)
    if not seen or not syscalls.compiled("landlock"):
        pytest.skip("Landlock, or the system-call filter, does not stand here")
    return seen


def test_many_processes_end_their_own_submission() -> None:
    """The kernel's limit counts all that a user runs: it would be the neighbour who could not fork any more."""
    assert graded(FORKS % 200) == [{"killed": TOO_MANY}]


def test_they_end_where_the_grader_may_open_fewer_files_than_they_are() -> None:
    bounds = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (130, 130))"
    assert graded(FORKS % 200, bounds=bounds) == [{"killed": TOO_MANY}]


@pytest.mark.skipif(os.getuid() != 0, reason="only root may leave its rights to somebody")
def test_whoever_has_rights_has_the_same_walls() -> None:
    """Bubblewrap refuses to stand with what a service, say, has of root's rights."""
    if not somebody_can_grade():
        pytest.skip("an ordinary user may not read this Python, or this kit")
    asked = f"{IMPORTS}\nwith WalledBox('namespaces') as box:\n    print(box.stands(), bubblewrap.fault())"
    without, having = as_somebody(asked), as_somebody(asked, rights=ONE_RIGHT)
    assert without.stdout
    assert (having.stdout, having.stderr) == (without.stdout, without.stderr)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may leave its rights to somebody")
def test_rights_of_whoever_grades_are_none_of_a_submissions() -> None:
    assert graded(RIGHTS, rights=ONE_RIGHT) == [{"facts": {"got": [0, 0, 0]}}]


def test_no_program_of_its_own_is_begun() -> None:
    """As one that nobody may read: what files and sockets it holds, nobody could count."""
    assert graded(UNREADABLE) == [{"facts": {"got": "refused"}}]


def test_a_file_of_which_a_page_is_in_memory_counts_as_large_as_it_is() -> None:
    assert graded(MAPS_ITS_FILES) == [{"killed": OUT_OF_ROOM}]


def test_nothing_leaves_the_box(outside: Path) -> None:
    before = (outside / "file").stat()
    homes = set(outside.parent.glob("box-*"))
    shared = Path("/dev/shm") / outside.name  # of this run: another may go on beside it
    shared.write_text("the teacher's, of the same user")
    try:
        os.chown(shared, SOMEBODY if os.getuid() == 0 else -1, -1)
        hostile, locked, honest = graded(HOSTILE % outside, LOCKED, HONEST)
        assert shared.exists()
    finally:
        shared.unlink(missing_ok=True)
    after = (outside / "file").stat()
    assert hostile == {"facts": {"got": []}}
    assert locked in ({"facts": {"got": None}}, {"killed": OUT_OF_ROOM})  # if somebody looked in between
    assert (after.st_mode, after.st_mtime) == (before.st_mode, before.st_mtime)
    assert honest == {"facts": {"got": [[200, 2], [[0, 1], [2, 3]]]}}
    assert not [path for path in set(outside.parent.glob("box-*")) - homes if path.stat().st_uid == after.st_uid]
