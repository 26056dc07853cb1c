"""What moves all the time is counted: memory from process to process, a folder from name to name.

Each takes longer than the impatient boxes of the other attacks give it.
"""

from __future__ import annotations

import pytest

from grader.box.job import OUT_OF_MEMORY, OUT_OF_ROOM, TOO_MANY
from grader.box.walled import WalledBox
from tests.hostile.test_hostile import job

# Each process forks and ends before anybody looks at what it holds; two others, in many pieces, make looking slow.
HOPS = """
import subprocess
import sys
import time

SLOW = r'''
import ctypes, mmap, time
pieces = 60_000
held = mmap.mmap(-1, 4096 * pieces, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
start = ctypes.addressof(ctypes.c_char.from_buffer(held))
for piece in range(0, pieces, 2):
    ctypes.CDLL(None).mprotect(ctypes.c_void_p(start + 4096 * piece), 4096, mmap.PROT_READ)
time.sleep(50)
'''
HOP = r'''
import ctypes, mmap, os, signal, time
SUBREAPER, HUGE_PAGES = 36, 14
ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork():
    time.sleep(50)
    os._exit(0)
size, step, full = 420 << 20, 12 << 20, 0
held = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
held.madvise(HUGE_PAGES)
end = time.monotonic() + 50
while time.monotonic() < end:
    if os.fork():
        os._exit(0)
    part = min(step, size - full)
    held[full : full + part] = b"x" * part
    full += part
    time.sleep(0.01)
'''


def act(number):
    if number == 3:
        run = [sys.executable, "-I", "-S", "-c"]
        kept = [subprocess.Popen([*run, SLOW]) for _ in range(2)]
        time.sleep(1)
        kept += [subprocess.Popen([*run, HOP]) for _ in range(8)]
        time.sleep(50)
    return "nothing"
"""

RENAMED = """
import os
import subprocess
import sys
import time

MOVE = '''
import contextlib, os, time
end = time.monotonic() + 20
while time.monotonic() < end:
    for name in os.listdir("."):
        if name.startswith("moving"):
            with contextlib.suppress(OSError):
                os.rename(name, f"moving-{time.monotonic_ns()}")
    time.sleep(0.0003)
'''


def act(number):
    if number == 3:
        os.mkdir("moving")
        folder = os.open("moving", os.O_RDONLY)
        movers = [subprocess.Popen([sys.executable, "-I", "-S", "-c", MOVE]) for _ in range(6)]
        for name in range(4):
            if os.fork() == 0:
                for place in range(name * 3000, name * 3000 + 3000):  # looking at all these takes its time
                    open(f"{place}", "w").close()
                with open(os.open(f"{name}", os.O_CREAT | os.O_WRONLY, dir_fd=folder), "wb") as file:
                    for _ in range(240):
                        file.write(bytes(1 << 20))
                break
        time.sleep(20)
    return "nothing"
"""


def third(kind: str, text: str) -> object:
    """What the third scenario sees of a submission, behind walls of a kind."""
    with WalledBox(kind) as box:
        if not box.stands():
            pytest.skip(f"There are no such walls here. {box.last_words()}")
        return box.observe(job(text))["scenarios"]["third"]


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_memory_that_hops_from_process_to_process(kind: str) -> None:
    assert third(kind, HOPS) in ({"killed": OUT_OF_MEMORY}, {"killed": TOO_MANY})


def test_a_folder_that_is_renamed_all_the_time() -> None:
    assert third("landlock", RENAMED) == {"killed": OUT_OF_ROOM}
