"""What is hidden is nowhere in the process that what is shown comes from.

A student is shown numbers that a submission returned under the visible scenarios, and a submission can return
anything. This one looks through all of its memory for a word of the hidden scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.box.job import Job
from grader.box.walled import WalledBox

VISIBLE = """
def look(module):
    return {"found": module.look()}


SCENARIOS = {"shown": look, "also_shown": look}
"""
HIDDEN = """
from grader.exercises.ex0.scenarios import look

WORD = "sesame-" + "opens"  # hidden-input-7312


SCENARIOS = {"hidden": look, "also_hidden": look}
"""
LOOK = '''
import ctypes
import os
import re
import tempfile

WORD = re.compile(rb"hidden-input-731[2]")  # not the word itself, which would be found
MAPS = open("/proc/self/maps")  # behind Landlock alone, a fork can't open its own; most is where it was
WRITE = ctypes.CDLL(None).write
WRITE.restype = ctypes.c_ssize_t
PAGE = 4096


def look():
    """How often a word stands in this process's memory, and in every file that it holds open."""
    return in_memory() + in_files()


def in_memory():
    found = 0
    for line in maps().readlines():
        region, rights, *_ = line.split()
        start, end = (int(part, 16) for part in region.split("-"))
        if rights.startswith("rw") and end - start < 1 << 30:
            found += len(WORD.findall(memory(start, end)))
    return found


def maps():
    try:
        return open("/proc/self/maps")
    except OSError:
        MAPS.seek(0)
        return MAPS


def memory(start, end):
    """What stands between two addresses, by way of a file: to write what is not there is an error, and no crash."""
    with tempfile.TemporaryFile() as file:
        while start < end:
            part = WRITE(file.fileno(), ctypes.c_void_p(start), ctypes.c_size_t(min(end - start, 1 << 24)))
            start += part if part > 0 else PAGE
        file.seek(0)
        return file.read()


def in_files():
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
TEXTS = (("grader.exercises.ex0.scenarios", VISIBLE), ("solutions.ex0.scenarios", HIDDEN))


@pytest.fixture(scope="module", params=["namespaces", "landlock"])
def box(request: pytest.FixtureRequest) -> Iterator[WalledBox]:
    """A box of each kind."""
    with WalledBox(request.param) as box:
        if not box.stands():
            pytest.skip(f"Walls of {request.param} do not stand here. {box.last_words()}")
        yield box


def found(box: WalledBox, at_import: str = "", only: tuple[str, ...] = ()) -> dict[str, int]:
    """How often each scenario found the word."""
    job = Job("ex0", "hostile", ("look",), True, (LOOK % at_import,), TEXTS, only=only)
    return {name: seen["facts"]["found"] for name, seen in box.observe(job)["scenarios"].items()}


@pytest.mark.parametrize(
    "at_import", ["", "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"]
)
def test_nothing_hidden_lies_where_the_shown_is_seen(box: WalledBox, at_import: str) -> None:
    for _ in range(2):  # nor is it left from the submission before
        seen = found(box, at_import)
        assert list(seen) == ["shown", "also_shown", "hidden", "also_hidden"]
        assert seen["shown"] == seen["also_shown"] == 0
        assert seen["hidden"], "the look finds nothing where there is something"


def test_nor_where_the_hidden_ran_before(box: WalledBox) -> None:
    assert found(box, only=("hidden",))["hidden"]
    assert found(box, only=("also_shown",)) == {"also_shown": 0}
    assert list(found(box, only=("hidden", "shown"))) == ["shown", "hidden"]
