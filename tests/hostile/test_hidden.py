"""What is hidden is nowhere in the process that what is shown comes from.

A student is shown numbers that a submission returned under the visible scenarios, and a submission can return
anything. So all memory of the process that runs a scenario is searched, from outside, for a word that is hidden.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.box.job import Job, Observation
from grader.box.processes import below
from grader.box.walled import WalledBox
from tests.hostile.standing import standing

VISIBLE = """
import ctypes
import signal

SET_NAME = 15


def look(module, name):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    ctypes.CDLL(None).prctl(SET_NAME, name.encode(), 0, 0, 0)
    was_searched = signal.sigtimedwait([signal.SIGUSR1], 50) is not None
    return {"searched": was_searched, "found": module.look()}


SCENARIOS = {name: lambda module, name=name: look(module, name) for name in ("shown", "also_shown")}
"""
HIDDEN = """
from grader.exercises.ex0.scenarios import look

WORD = "sesame-" + "opens"  # hidden-input-7312


SCENARIOS = {name: lambda module, name=name: look(module, name) for name in ("hidden", "also_hidden")}
"""
LOOK = '''
import os
import re

WORD = re.compile(rb"hidden-input-731[2]")  # not the word itself, which would be found


def look():
    """How often a word stands in the files that this process holds open."""
    found = 0
    for number in range(512):
        try:
            size = os.fstat(number).st_size
            found += len(WORD.findall(os.pread(number, size, 0)))
        except OSError:
            pass
    return found


%s
'''
WORD = re.compile(rb"hidden-input-7312")
NAMES = ("shown", "also_shown", "hidden", "also_hidden")
TEXTS = (("grader.exercises.ex0.scenarios", VISIBLE), ("solutions.ex0.scenarios", HIDDEN))


@pytest.fixture(scope="module", params=["namespaces", "landlock"])
def box(request: pytest.FixtureRequest) -> Iterator[WalledBox]:
    """A box of each kind."""
    with standing(request.param) as box:
        yield box


def found(box: WalledBox, at_import: str = "", only: tuple[str, ...] = ()) -> dict[str, int]:
    """How often the word stood in the memory, and in open files, of the process of each scenario."""
    job = Job("ex0", "hostile", ("look",), True, (LOOK % at_import,), TEXTS, only=only)
    with ThreadPoolExecutor() as pool:
        observing = pool.submit(box.observe, job)
        in_memory = search(box, observing)
        scenarios = observing.result()["scenarios"]
    assert all(seen["facts"]["searched"] for seen in scenarios.values())
    return {name: seen["facts"]["found"] + in_memory[name] for name, seen in scenarios.items()}


def search(box: WalledBox, observing: Future[Observation]) -> dict[str, int]:
    """Search the process of each scenario while that waits for it."""
    counts: dict[str, int] = {}
    while not observing.done():
        for pid in below(box.process.pid):
            name = name_of(pid)
            if name in NAMES and name not in counts:
                counts[name] = in_memory_of(pid)
                os.kill(pid, signal.SIGUSR1)
        time.sleep(0.02)
    return counts


def name_of(pid: int) -> str:
    """What a process calls itself, "" if it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    return ""


def in_memory_of(pid: int) -> int:
    """How often the word stands in what a process may write to."""
    count = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:  # noqa: PTH123
        for row in maps:
            place, rights, *_ = row.split()
            start, end = (int(address, 16) for address in place.split("-"))
            if rights.startswith("rw") and end - start < 1 << 30:
                memory.seek(start)
                with contextlib.suppress(OSError):  # the kernel's own part
                    count += len(WORD.findall(memory.read(end - start)))
    return count


@pytest.mark.parametrize(
    "at_import", ["", "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"]
)
def test_nothing_hidden_lies_where_the_shown_is_seen(box: WalledBox, at_import: str) -> None:
    for _ in range(2):  # nor is it left from the submission before
        seen = found(box, at_import)
        assert tuple(seen) == NAMES
        assert seen["shown"] == seen["also_shown"] == 0
        assert seen["hidden"], "the look finds nothing where there is something"


def test_nor_where_the_hidden_ran_before(box: WalledBox) -> None:
    assert found(box, only=("hidden",))["hidden"]
    assert found(box, only=("also_shown",)) == {"also_shown": 0}
    assert list(found(box, only=("hidden", "shown"))) == ["shown", "hidden"]
