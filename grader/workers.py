"""Workers: whoever observes jobs for a course, behind the interface of `concurrent.futures`.

On one machine they are threads, each with a box of its own; the heavy work is in the boxes' processes. On a
cluster they are the threads of Dask workers. Jobs travel as values and observations come back: such a worker holds
scenarios and submissions, never a reference, an expected fact or a check.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from socket import gethostname
from typing import TYPE_CHECKING

from grader import digests
from grader.box import hold, open_box
from grader.box.job import Job, Observation

if TYPE_CHECKING:
    from grader.box.plain import PlainBox
    from grader.box.walled import WalledBox

NO_WALLS = (
    "No student's code was run: this machine offers no wall that holds it. `make box` says what is missing; on "
    "Linux, `apt install bubblewrap libseccomp2` is most of it. If you trust every submission, BOX=none runs them "
    "without any."
)

OTHERS = (
    "The worker on {host} has another version of the kit, of Python or of a library than this machine: what it saw "
    "could not be judged. Install the same versions there, restart the worker, and run the same command again."
)
GONE = (
    "The Dask scheduler at {address} is gone: {error}. What was graded is kept: run the same command again once it "
    "is back."
)
NOBODY = (
    "The Dask scheduler at {address} has had no worker for {seconds} seconds. Start one, `dask worker {address}`, "
    "with this kit installed, without which none stays, and run the same command again."
)
CROWDED = (
    "{size} workers were to begin, and one could not: {error}. Let fewer work at once, WORKERS=1, or end other "
    "programs."
)
SILENT = "No Dask scheduler answers at {address}: {error}. Is it running there? An address is like tcp://host:8786."
ANSWER_SECONDS = 20  # for a scheduler
WAITING_SECONDS = 60  # for the first worker of a cluster

_local = threading.local()


class NoWallsError(Exception):
    """There is no wall to put between the submissions and this machine."""


class NoWorkersError(Exception):
    """The workers that were asked for cannot be had; the text says why and what to do."""


class Boxes:
    """The boxes of some workers on one machine, all of the kind that stood first, while nothing ran beside it: who
    takes all processes or memory later brings nobody behind lesser walls."""

    def __init__(self) -> None:
        self.kind = ""
        self.stack = ExitStack()
        self.lock = threading.Lock()

    def another(self) -> PlainBox | WalledBox:
        """A new box. BoxError if it does not stand beside the others."""
        with self.lock:
            box = self.stack.enter_context(open_box(self.kind))
            self.kind = box.kind
        return box


_boxes = Boxes()  # which nobody closes: of the workers of a cluster


@dataclass(frozen=True)
class Crew:
    """Who observes: `executor` the students' work, `size` students at a time; `home` our own programs, here."""

    executor: Executor
    home: Executor
    size: int
    roll_call: Callable[[], None] = lambda: None  # NoWorkersError if there is nobody any more

    @contextmanager
    def all_but_one_rest(self) -> Iterator[None]:
        """At home but one worker does nothing meanwhile: what that is given next has this machine to itself."""
        over = threading.Event()
        others = self.size - 1 if self.home is self.executor else 0
        begun = threading.Barrier(others + 1)

        def rest() -> None:
            begun.wait()
            over.wait()

        try:
            for _ in range(others):
                self.home.submit(rest)
            begun.wait()
            yield
        finally:
            begun.abort()
            over.set()


def observe(jobs: Sequence[Job]) -> list[Observation]:
    """Observe jobs, one after another, in this thread's own box, opened at its first job.

    CancelledError once nobody waits for what is seen: a cluster's worker would keep the next run waiting for one
    that was stopped.
    """
    if not hasattr(_local, "box"):
        _local.box = getattr(_local, "boxes", _boxes).another()
    seen = []
    for job in jobs:
        if unwanted():
            raise CancelledError
        seen.append(_local.box.observe(job))
    return seen


def unwanted() -> bool:
    """Whether this thread is at work for a cluster whose client has gone, or has told it to stop."""
    if "distributed" not in sys.modules:
        return False
    from distributed import get_worker

    try:
        worker = get_worker()
    except ValueError:  # this is at home
        return False
    task = worker.state.tasks.get(worker.get_current_task())
    return task is None or task.state == "cancelled"


def observe_behind_walls(jobs: Sequence[Job], surroundings: str, without: bool) -> list[Observation]:
    """Observe a student's jobs. NoWallsError if there is no wall and nobody said that it may be done `without`;
    NoWorkersError where the kit or a library is another than at home, as `surroundings` says: facts would be, too.
    """
    if digests.of_surroundings() != surroundings:
        raise NoWorkersError(OTHERS.format(host=gethostname()))
    observe([])  # opens the box
    if not without and not hold(_local.box.walls):
        raise NoWallsError(NO_WALLS)
    return observe(jobs)


@contextmanager
def local(count: int = 0) -> Iterator[Crew]:
    """`count` workers on this machine, one for each core if 0; their boxes are closed at the end."""
    size = count or cores()
    boxes = Boxes()  # of its own: another crew in this process may go on with its boxes
    pool = ThreadPoolExecutor(size, initializer=setattr, initargs=(_local, "boxes", boxes))
    try:
        begin(pool, size)
        yield Crew(pool, pool, size)
    except KeyboardInterrupt:  # whoever stops a run does not wait for the code of a student
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    except BaseException:
        close(pool, boxes)
        raise
    close(pool, boxes)


def begin(pool: ThreadPoolExecutor, size: int) -> None:
    """Start all workers of a pool. NoWorkersError if this machine has no thread left for one."""
    together = threading.Barrier(size)
    try:
        for _ in range(size):
            pool.submit(together.wait)
    except RuntimeError as error:  # Python's word for it
        together.abort()
        raise NoWorkersError(CROWDED.format(size=size, error=error)) from error


def close(pool: ThreadPoolExecutor, boxes: Boxes) -> None:
    """Let workers end what they are at, and close their boxes."""
    pool.shutdown(cancel_futures=True)
    boxes.stack.close()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """The workers of a running Dask scheduler, say "tcp://host:8786"; Dask moves work away from lost ones."""
    try:
        from distributed import Client  # only the extra `cluster` has it
        from distributed.client import ClosedClientError
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        raise NoWorkersError(f"SCHEDULER needs Dask: pip install -e '.[cluster]' ({error}).") from error
    try:
        asyncio.run(knock(address))  # a client that was begun in vain hangs at its end
        client = Client(address, set_as_default=False, timeout=ANSWER_SECONDS)
    except (OSError, ValueError, TypeError) as error:  # Dask's own, of an address that it cannot use
        raise NoWorkersError(SILENT.format(address=address, error=error)) from error
    with quiet(), client, local(1) as here:

        def roll_call() -> None:
            try:
                client.wait_for_workers(1, timeout=WAITING_SECONDS)
            except TimeoutError as error:
                raise NoWorkersError(NOBODY.format(address=address, seconds=WAITING_SECONDS)) from error

        try:
            roll_call()
            yield Crew(client.get_executor(pure=False), here.home, sum(client.nthreads().values()), roll_call)
        except (ClosedClientError, CommClosedError, CancelledError) as error:
            why = str(error) or type(error).__name__
            raise NoWorkersError(GONE.format(address=address, error=why)) from error


async def knock(address: str) -> None:
    """Hear whether a Dask scheduler answers, as a client would. Whatever Dask raises if not."""
    from distributed.comm.core import connect
    from distributed.security import Security

    line = await connect(address, timeout=ANSWER_SECONDS, **Security().get_connection_args("client"))
    await line.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Dask from telling a teacher, with tracebacks, of each connection that it lost."""
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def side_by_side(crew: Crew) -> Callable[[Sequence[Job]], Iterable[Observation]]:
    """A function that observes many of our own programs at once and returns their observations in order."""

    def observe_all(jobs: Sequence[Job]) -> Iterable[Observation]:
        futures = [crew.home.submit(observe, [job]) for job in jobs]
        return (future.result()[0] for future in futures)

    return observe_all
