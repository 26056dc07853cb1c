"""What moves all the time is counted: memory from process to process, a folder from name to name.

Each takes longer than the impatient boxes of the other attacks give it.
"""

from __future__ import annotations

from grader.box.job import OUT_OF_MEMORY, OUT_OF_ROOM, TOO_MANY
from tests.hostile.standing import standing
from tests.hostile.test_hostile import job

# Each process forks and ends before anybody looks at what it holds; two others, in many pieces, make looking slow.
# With a thread beside it, a scenario runs in the first process of its namespace, which orphans come to: here they
# are gone as soon as they end.
HOPS = """
import os
import select
import signal
import subprocess
import sys
import threading
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
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if not ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0) and os.fork():
    time.sleep(50)
    os._exit(0)
step, full, size = 10 << 20, 320 << 20, 420 << 20  # eight of them may be so full, and not have the whole size
held = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
held.madvise(HUGE_PAGES)
for start in range(0, full, step):
    held[start : start + step] = b"x" * step
end = time.monotonic() + 50
while time.monotonic() < end:
    if os.fork():
        os._exit(0)
    part = min(step, size - full)
    held[full : full + part] = b"x" * part
    full += part
    time.sleep(0.01)
'''

threading.Thread(target=time.sleep, args=(50,), daemon=True).start()


def act(number):
    if number == 3:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        run = [sys.executable, "-I", "-S", "-c"]
        kept = [subprocess.Popen([*run, SLOW]) for _ in range(2)]
        time.sleep(1)
        here, there = os.pipe()
        kept += [subprocess.Popen([*run, HOP], pass_fds=[there]) for _ in range(8)]
        os.close(there)
        ended = select.select([here], [], [], 50)[0]  # the last one
        return "nothing" if ended else "held"
    return "nothing"
"""

# Between the listing of a folder and the look at what is in it are many looks at other files.
RENAMED = """
import mmap
import os
import subprocess
import sys
import time

MOVE = '''
import mmap, os, time
count = mmap.mmap(os.open("count", os.O_RDWR), 8)
end = time.monotonic() + 50
while time.monotonic() < end:
    number = int.from_bytes(count[:], "little")
    try:
        os.rename(f"moving-{number}", f"moving-{number + 1}")
        count[:] = (number + 1).to_bytes(8, "little")
    except OSError:
        pass
    time.sleep(0.0003)
'''


def act(number):
    if number == 3:
        for name in range(12_000):
            os.close(os.open(f"{name}", os.O_CREAT | os.O_WRONLY))
        with open("count", "wb") as file:
            file.write(bytes(8))
        os.mkdir("moving-0")
        folder = os.open("moving-0", os.O_RDONLY)
        movers = [subprocess.Popen([sys.executable, "-I", "-S", "-c", MOVE]) for _ in range(6)]
        time.sleep(0.5)
        for name in range(32):
            with open(os.open(f"{name}", os.O_CREAT | os.O_WRONLY, dir_fd=folder), "wb") as file:
                for _ in range(30):
                    file.write(bytes(1 << 20))
        time.sleep(25)  # on a busy machine a look takes some seconds
    return "nothing"
"""


def third(kind: str, text: str) -> object:
    """What the third scenario sees of a submission, behind walls of a kind."""
    with standing(kind) as box:
        return box.observe(job(text))["scenarios"]["third"]


def test_memory_that_hops_from_process_to_process() -> None:
    assert third("namespaces", HOPS) in ({"killed": OUT_OF_MEMORY}, {"killed": TOO_MANY})


def test_memory_that_hops_leaves_a_process_behind_each_time() -> None:
    in_vain = {"facts": {"got": "nothing"}}  # no more could be made: all had ended
    assert third("landlock", HOPS) in (in_vain, {"killed": OUT_OF_MEMORY}, {"killed": TOO_MANY})


def test_a_folder_that_is_renamed_all_the_time() -> None:
    assert third("landlock", RENAMED) == {"killed": OUT_OF_ROOM}
