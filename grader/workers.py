"""Workers: threads that each hold a box of their own and observe one job after another in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType

from grader.box import open_box
from grader.box.job import Job, Observation
from grader.expected import Box


class Workers:
    """A pool of boxes; use it in a `with` block. The heavy work is in the boxes' processes, not in the threads."""

    def __init__(self, count: int = 0) -> None:
        self.pool = ThreadPoolExecutor(count or os.cpu_count() or 1)
        self.boxes = ExitStack()
        self.local = threading.local()
        self.lock = threading.Lock()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown(cancel_futures=True)
        self.boxes.close()

    def box(self) -> Box:
        """This thread's own box, opened at its first job."""
        if not hasattr(self.local, "box"):
            box = open_box()
            with self.lock:
                self.local.box = self.boxes.enter_context(box)
        kept: Box = self.local.box
        return kept

    def submit(self, jobs: Sequence[Job]) -> Future[list[Observation]]:
        """Observe the jobs of one student, one after another, as soon as a worker is free."""
        return self.pool.submit(self.observe_all, jobs)

    def observe_all(self, jobs: Sequence[Job]) -> list[Observation]:
        """Observe jobs in this thread's box."""
        box = self.box()
        return [box.observe(job) for job in jobs]

    def observe(self, jobs: Sequence[Job]) -> Iterable[Observation]:
        """Observe jobs side by side; their observations in the same order."""
        futures = [self.submit([job]) for job in jobs]
        return (future.result()[0] for future in futures)
