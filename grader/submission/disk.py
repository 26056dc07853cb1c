"""Reading a folder that anybody may have filled: bounded, only regular files, never through a link."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from grader.submission.source import UnreadableError

MEGABYTE = 1024**2
FILE_LIMIT = 25 * MEGABYTE
ENTRY_LIMIT = 20_000
PAUSES = (0.05, 0.2, 0.8)
DEPTH_LIMIT = 10  # folders packed along from above, "Users/ada/Desktop/...", take some

# Not every system has every flag. O_NONBLOCK: opening a pipe must not wait for somebody to write into it.
_OPEN = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
ENVIRONMENT = "pyvenv.cfg"  # lies in a virtual environment, whatever its name; some make one where their work is
ENVIRONMENTS_OWN = {"bin", "include", "lib", "lib64", "scripts", "share"}  # folders that are made in it
_SYSTEMS = {
    "__macosx", "__pycache__", "@eadir", "#recycle", "$recycle.bin", "lost+found", "system volume information",
}  # fmt: skip
_ENVIRONMENTS = {"env", "node_modules", "site-packages", "venv"}  # a student may be called so
# What the system says of a file as it lies there. Anything else, a failing disk or too many open files, is no fault
# of who handed it in.
_THEIRS = {
    errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG,
    errno.EINVAL, errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP, errno.EOVERFLOW,
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One thing in a folder: its path relative to that folder, with "/", and what it is.

    `kind` is "file", "folder", "link", "device" (a pipe and a socket, too) or "folder too deep to look into".
    """

    path: str
    kind: str


def listing(folder: Path) -> list[Entry]:
    """Everything under `folder`, shallow first, in an order that does not depend on the disk.

    Hidden things, virtual environments and what systems leave behind are passed over. Raises UnreadableError
    where a folder can't be listed or is a link, and above 20,000 entries: stopping there would let the disk's order
    decide. OSError if the disk fails.
    """
    found: list[Entry] = []
    folders = deque([""])
    left = ENTRY_LIMIT
    while folders:
        entries = _scan(folder, folders.popleft(), left)
        left -= len(entries)
        kept = [entry for entry in entries if not is_nobodys_work(entry.path.rpartition("/")[2])]
        found += kept
        folders += [entry.path for entry in kept if entry.kind == "folder"]
    return found


def passed_over(name: str) -> bool:
    """Whether a file or folder of this name is nobody's: hidden, or made by a system."""
    return name.startswith((".", "~$")) or name.casefold() in _SYSTEMS


def is_nobodys_work(name: str) -> bool:
    """Whether a file or folder of this name, among a student's, is nobody's: passed over, or an environment."""
    return passed_over(name) or name.casefold() in _ENVIRONMENTS


def read_bytes(folder: Path, path: str, limit: int = FILE_LIMIT, pauses: Iterable[float] = PAUSES) -> bytes:
    """The content of a regular file below a folder, of at most `limit` bytes; of any other, nothing is read.

    A program that has the file, as one that shares it with a desk, is asked by the system to let go of it, and does
    so within a moment: `pauses` are the seconds to wait between two tries.
    Raises UnreadableError for links, folders, pipes, devices, large files and what can't be opened; OSError if the
    disk fails.
    """
    try:
        _check((folder / path).lstat(), limit)
        with os.fdopen(_opened(folder, path, pauses), "rb") as stream:
            status = os.fstat(stream.fileno())
            _check(status, limit)  # again: another file may have taken its place
            return stream.read(status.st_size)
    except OSError as error:
        raise _unreadable(error, "opened") from error


def _opened(folder: Path, path: str, pauses: Iterable[float] = ()) -> int:
    """A descriptor of what lies below a folder, of the folder itself if the path is empty. No link is followed,
    from the folder on: one may have taken the place of what was looked at, and lead to the solutions."""
    if os.open not in os.supports_dir_fd:
        return os.open(folder / path, _OPEN)
    place = os.open(folder, _OPEN)
    for name in filter(None, path.split("/")):
        try:
            inner = _opened_in(place, name, pauses)
        finally:
            os.close(place)
        place = inner
    return place


def _opened_in(place: int, name: str, pauses: Iterable[float]) -> int:
    """A descriptor of what a folder that is open holds."""
    left = iter(pauses)
    while True:
        try:
            return os.open(name, _OPEN, dir_fd=place)
        except BlockingIOError:
            if (pause := next(left, None)) is None:
                raise
            time.sleep(pause)


@contextmanager
def _looked_into(folder: Path, path: str) -> Iterator[int | Path]:
    """What to list of a folder below another: a descriptor, where the system lists those."""
    if os.scandir not in os.supports_fd:
        yield folder / path
        return
    place = _opened(folder, path)
    try:
        yield place
    finally:
        os.close(place)


def _scan(folder: Path, path: str, most: int) -> list[Entry]:
    prefix = f"{path}/" if path else ""
    try:
        with _looked_into(folder, path) as place, os.scandir(place) as scan:
            depth = prefix.count("/")
            entries = [Entry(prefix + entry.name, _kind(entry, depth)) for entry in islice(scan, most + 1)]
    except OSError as error:
        raise _unreadable(error, "listed") from error
    if len(entries) > most:
        raise UnreadableError(f"holds more than {ENTRY_LIMIT:,} files. Hand in your own files only")
    if Entry(f"{prefix}{ENVIRONMENT}", "file") in entries:
        entries = [each for each in entries if each.path.removeprefix(prefix).casefold() not in ENVIRONMENTS_OWN]
    return sorted(entries, key=lambda entry: entry.path)


def _unreadable(error: OSError, attempt: str) -> OSError | UnreadableError:
    """What to raise: the error itself where it says nothing about what was handed in."""
    return UnreadableError(f"could not be {attempt} ({error.strerror})") if error.errno in _THEIRS else error


def _kind(entry: os.DirEntry[str], depth: int) -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder" if depth < DEPTH_LIMIT - 1 else "folder too deep to look into"
    return "file" if entry.is_file(follow_symlinks=False) else "device"


def _check(status: os.stat_result, limit: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        link, folder = stat.S_ISLNK(status.st_mode), stat.S_ISDIR(status.st_mode)
        kind = "link" if link else "folder" if folder else "pipe or a device"
        raise UnreadableError(f"is a {kind}, not a file. Hand in the file itself")
    if status.st_size > limit:
        size, most = status.st_size / MEGABYTE, limit / MEGABYTE
        raise UnreadableError(
            f"is too large: {size:,.1f} MB, where {most:.0f} MB are read. Clear the outputs or take data out"
        )
