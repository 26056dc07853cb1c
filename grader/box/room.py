"""Inside the box: the room that a submission's files take, where no file system of its own bounds them."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from grader.box import limits
from grader.box.processes import alive, descriptors


def too_much(places: Iterable[Path], pids: Sequence[int]) -> bool:
    """Whether files take more room than they may: those in some places, and those that processes alone hold."""
    sizes: dict[tuple[int, int], int] = {}
    try:
        for status in chain(below(places), held(pids)):
            sizes[status.st_dev, status.st_ino] = status.st_blocks * 512
            if len(sizes) > limits.ENTRIES:
                return True
        for file, size in mapped(pids):
            sizes.setdefault(file, size)
    except OSError:  # a folder without rights, or too deep for its name, or a process out of sight: nobody works so
        return True
    return sum(sizes.values()) > limits.FILES


def below(places: Iterable[Path]) -> Iterator[os.stat_result]:
    """Some files and folders, and all that lies in those."""
    waiting = [*map(str, places)]
    while waiting:
        with contextlib.suppress(FileNotFoundError):  # it has gone since it was listed
            path = waiting.pop()
            status = os.lstat(path)
            yield status
            if stat.S_ISDIR(status.st_mode):
                waiting += [entry.path for entry in os.scandir(path)]


def mapped(pids: Sequence[int]) -> Iterator[tuple[tuple[int, int], int]]:
    """Device, number and bytes of files that processes hold in memory and that have no name any more: closed, they
    are in no list of descriptors."""
    for pid in pids:
        with contextlib.suppress(OSError):  # it has ended
            for row in Path(alive(pid), "maps").read_text(errors="replace").splitlines():
                place, _, offset, device, inode, *name = row.split(maxsplit=5)
                if name and name[0].endswith("(deleted)"):
                    start, end = (int(address, 16) for address in place.split("-"))
                    major, minor = (int(number, 16) for number in device.split(":"))
                    yield (os.makedev(major, minor), int(inode)), int(offset, 16) + end - start


def held(pids: Sequence[int]) -> Iterator[os.stat_result]:
    """The files that processes hold open and that have no name any more."""
    for path in chain.from_iterable(map(descriptors, pids)):
        with contextlib.suppress(OSError):  # it has been closed, or the kernel does not let us look
            status = os.stat(path)  # noqa: PTH116
            if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                yield status
