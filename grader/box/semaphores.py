"""Inside the box: semaphores of which it can be told how much room they take."""

from __future__ import annotations

import importlib
import mmap
from typing import Any

PLACE = "/dev/shm/sem."  # where the C library has the files of semaphores, and how their names begin
LIBRARY: Any = importlib.import_module("_multiprocessing")


class OpenSemaphore(LIBRARY.SemLock):  # type: ignore[misc]
    """One that holds its file open, which has no name any more: who counts files sees that this is a small one."""

    name = None  # for others to find it by

    def __new__(cls, kind: int, value: int, most: int, name: str, _: bool) -> OpenSemaphore:
        """As multiprocessing makes one for workers that are forked, and all are: its name is given up at once."""
        made: Any = super().__new__(cls, kind, value, most, name, False)
        try:
            with open(PLACE + name.removeprefix("/"), "rb") as file:  # noqa: PTH123
                made.file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        finally:
            LIBRARY.sem_unlink(name)
        semaphore: OpenSemaphore = made
        return semaphore


def hold_semaphores_open() -> None:
    """Let the locks and queues of multiprocessing be made of such semaphores."""
    LIBRARY.SemLock = OpenSemaphore
