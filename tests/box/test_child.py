"""The process that a submission lives in, its forks, and what it lacks."""

from __future__ import annotations

import errno
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool

import pytest

from grader.box.job import OUT_OF_MEMORY, OUT_OF_ROOM, TOO_MANY, WORKER_ENDED
from grader.box.observer import lack

THREADS = """
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import torch
from grader.box.child import begin_anew

def compute(_):
    together.wait()
    torch.randperm(100)
    torch.nn.Embedding(21, 8)(torch.arange(4)).sum().backward()

torch.set_num_threads(1)
torch.ones(1, requires_grad=True).sum().backward()
ends = []
for _ in range(60):
    if (pid := os.fork()) == 0:
        begin_anew()
        together = Barrier(3)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(compute, range(3)))
        os._exit(0)
    ends.append(os.waitpid(pid, 0)[1])
print(sum(map(bool, ends)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there are no forks")
def test_threads_of_a_fork_may_compute_at_once() -> None:
    """PyTorch makes anew what a fork broke by whichever threads come first: 5 to 8 forks of 60 died of it."""
    ended = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    assert ended.stdout == "0\n", ended.stderr


class Odd(OSError):
    """An error of a student's own making."""

    errno = property(lambda _: 1 / 0)  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("error", "lacks"),
    [
        (MemoryError(), OUT_OF_MEMORY),
        (RuntimeError("can't start new thread"), TOO_MANY),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), TOO_MANY),
        (OSError(errno.ENOSPC, "No space left on device"), OUT_OF_ROOM),
        (RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. "), WORKER_ENDED),
        (RuntimeError("DataLoader worker (pid(s) 7) exited unexpectedly"), WORKER_ENDED),
        (BrokenProcessPool("A process in the process pool was terminated abruptly"), WORKER_ENDED),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ""),
        (FileNotFoundError(errno.ENOENT, "No such file"), ""),
        (Odd("x"), ""),
        (OSError([], "x"), ""),
    ],
    ids=repr,
)
def test_what_others_may_have_taken_is_no_error_of_the_code(error: Exception, lacks: str) -> None:
    assert lack(error) == lacks
