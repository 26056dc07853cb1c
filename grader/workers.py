"""Workers: whoever observes jobs for a course, behind the interface of `concurrent.futures`.

On one machine they are threads, each with a box of its own; the heavy work is in the boxes' processes. On a
cluster they are the threads of Dask workers. Jobs travel as values and observations come back: a worker holds
scenarios and submissions, never a reference, an expected fact or a check.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from grader.box import open_box
from grader.box.job import Job, Observation

_boxes = ExitStack()
_lock = threading.Lock()
_local = threading.local()


def observe(jobs: Sequence[Job]) -> list[Observation]:
    """Observe the jobs of one student, one after another, in this thread's own box, opened at its first job."""
    if not hasattr(_local, "box"):
        box = open_box()
        with _lock:
            _local.box = _boxes.enter_context(box)
    return [_local.box.observe(job) for job in jobs]


@contextmanager
def local(count: int = 0) -> Iterator[Executor]:
    """`count` workers on this machine, one for each core if 0; their boxes are closed at the end."""
    pool = ThreadPoolExecutor(count or os.cpu_count() or 1)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        _boxes.close()


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a running Dask scheduler, say "tcp://host:8786"; Dask moves work away from lost ones."""
    from distributed import Client  # only the extra `cluster` has it

    with Client(address, set_as_default=False) as client:
        executor: Executor = client.get_executor(pure=False)
        yield executor


def side_by_side(executor: Executor) -> Callable[[Sequence[Job]], Iterable[Observation]]:
    """A function that observes many jobs at once and returns their observations in order."""

    def observe_all(jobs: Sequence[Job]) -> Iterable[Observation]:
        futures = [executor.submit(observe, [job]) for job in jobs]
        return (future.result()[0] for future in futures)

    return observe_all
