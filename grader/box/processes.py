"""Inside the box: what processes take, read from /proc."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.box import kernel, limits

WANTS = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}  # descriptors or memory, of whoever looks
PF_EXITING = 4  # of the flags of a thread, in the kernel's numbers
DELETED = " (deleted)"
LONGEST_ROW = 200  # bytes, of what is told of one piece of memory where a file's name is an ordinary one

# Processes by their numbers, with the tick of the clock at which each began: who has a number anew began later
Family = Mapping[int, int]


class Moved(Exception):
    """What was listed had gone when it was looked at: what it held may be elsewhere now, and not be counted."""


def is_own_want(error: Exception) -> bool:
    """Whether an error says that this process has too little to look with, whoever it looks at."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in WANTS)


def cpu_seconds(pid: int) -> float:
    """CPU time of one process without its children; a dead one keeps it until it is waited for."""
    row = fields(Path(f"/proc/{pid}/stat"))
    return (int(row[11]) + int(row[12])) / os.sysconf("SC_CLK_TCK")


def fields(path: Path) -> list[str]:
    """What the kernel tells of a process, from its state on; before it stands a name of the process's own choice,
    which may be no text."""
    return path.read_text(errors="replace").rpartition(")")[2].split()


def below(pid: int) -> dict[int, int]:
    """A process and all that come from it: a Family, in no order."""
    parents, began = {}, {}
    for each in map(int, filter(str.isdecimal, os.listdir("/proc"))):  # noqa: PTH208 - a glob asks, unguarded, who left
        with contextlib.suppress(OSError, Moved):
            parents[each], began[each] = origin(each)
    family = {pid} & parents.keys()
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return {each: began[each] for each in family}


def all_but(some: Collection[int], family: Family) -> dict[int, int]:
    """A family without some of it."""
    return {pid: began for pid, began in family.items() if pid not in some}


def origin(pid: int) -> tuple[int, int]:
    """The process that one comes from, or that has adopted it, and when it began. Moved if it has gone."""
    with listed():
        row = fields(Path(f"/proc/{pid}/stat"))
    return int(row[1]), int(row[19])


def signal_all(family: Family, number: signal.Signals) -> None:
    """Send a signal to each process that is still there: since it was listed, its number may have been given anew,
    and where there are no namespaces to anybody's. It is held as it is asked when it began."""
    for pid, began in family.items():
        with contextlib.suppress(Moved, ProcessLookupError), descriptor_of(pid) as process:
            if origin(pid)[1] == began:
                signal.pidfd_send_signal(process, number)


@contextlib.contextmanager
def descriptor_of(pid: int) -> Iterator[int]:
    """A descriptor that stands for a process. Moved if it has gone, or if its number is a thread's by now."""
    try:
        process = os.pidfd_open(pid)
    except OSError as error:
        if is_own_want(error):
            raise
        raise Moved(pid) from error
    try:
        yield process
    finally:
        os.close(process)


def end_all(family: Family) -> None:
    """End each process that is still there, and free what it holds, or leave that to its end."""
    signal_all(family, signal.SIGKILL)
    for pid in family:  # once no other that shares its memory goes on
        with contextlib.suppress(OSError):
            kernel.free_memory(pid)


def tasks(pids: Iterable[int]) -> int:
    """How many processes and threads some processes are."""
    return sum(len(threads(pid)) for pid in pids)


def whole(pid: int) -> int:
    """The memory of one process in bytes, with the kernel's tables for it and what is in swap; 0 if it has ended
    and nobody has waited for it. Moved if it has gone."""
    return sum(told(pid, "status", "VmRSS", "VmSwap", "VmPTE"))


def own(pid: int) -> int:
    """Bytes of one process's memory that are of no file, with what is in swap; 0 if it has ended or gone."""
    with contextlib.suppress(Moved):
        return sum(told(pid, "status", "RssAnon", "VmSwap"))
    return 0


def threads(pid: int) -> list[str]:
    """Where to look at the threads of a process. Moved if it has gone."""
    with listed():
        return [entry.path for entry in os.scandir(f"/proc/{pid}/task")]


def states(pid: int) -> set[str]:
    """The letters for what its threads are at: R runs, S sleeps, D waits for the kernel, T has stopped, and Z and X
    have ended; none if it has gone."""
    found: set[str] = set()
    with contextlib.suppress(Moved):
        for place in threads(pid):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found.add(fields(Path(place, "stat"))[0])
    return found


@contextlib.contextmanager
def listed() -> Iterator[None]:
    """Look at what was listed; Moved if it has gone."""
    try:
        yield
    except (FileNotFoundError, ProcessLookupError) as error:
        raise Moved(error.filename) from error


def alive(pid: int) -> str:
    """Where to look at a process: at a thread that has not ended. What stands right under /proc/PID is told by the
    first, and nothing is once that has ended, whatever the others hold. Moved if it has gone."""
    return next((place for place in threads(pid) if not has_ended(place)), f"/proc/{pid}")


def has_ended(place: str) -> bool:
    """Whether a thread has ended, or is about to: only the kernel knows. One that has no memory left may well live
    on and hold files open. Moved if it has gone."""
    with listed():
        state, *rest = fields(Path(place, "stat"))
    return state in "ZX" or bool(int(rest[5]) & PF_EXITING)


@dataclass(frozen=True)
class Share:
    """What one process holds, in bytes, where what it shares counts in parts: all of it, and what is of no file.
    Of the latter there is `own` in all, as it was at the same moment."""

    whole: int
    part: int
    own: int


def share(pid: int) -> Share:
    """The proportional share of one process; the kernel takes its time to tell. Moved if it has gone."""
    try:
        found = told(pid, "smaps_rollup", "Pss", "SwapPss", "Anonymous", "Swap", "Pss_Anon")
    except PermissionError:  # it hides from its own user
        held = whole(pid)
        return Share(held, 0, held)
    if not found:  # it ended as it was read
        raise Moved(pid)
    every, swapped_part, own_pages, swapped, *part = found  # the last is not told before Linux 5.4
    return Share(
        every + swapped_part + sum(told(pid, "status", "VmPTE")), sum(part) + swapped_part, own_pages + swapped
    )


def told(pid: int, file: str, *names: str) -> list[int]:
    """Bytes that a file of a process tells, for each of some names that is in it. Moved if it has gone."""
    with listed():
        _, *rows = Path(alive(pid), file).read_bytes().split(b"\n")  # the first holds a name of its own choice
    found = dict(row.split(b":", 1) for row in rows if b":" in row)
    return [int(found[name].split()[0]) * 1024 for name in map(str.encode, names) if name in found]


def pieces(pid: int, limit: int) -> int:
    """How many pieces the memory of a process is in; nobody looks for more than matters for a limit. One of a file
    with a long name counts as several: it takes as long to read. Moved if the process has gone."""
    count = 0
    with contextlib.suppress(PermissionError), listed(), open(f"{alive(pid)}/maps", "rb") as file:  # noqa: PTH123
        while count <= limit and (rows := file.read(1 << 20)):
            count += max(rows.count(b"\n"), len(rows) // LONGEST_ROW)
    return count


def files(maps: Path) -> Iterator[tuple[int, int, str]]:
    """Device, number and name of each piece of a file that a process has in its memory, from its table of those.

    A row ends with a line feed, for which the kernel writes \\012 in a name. All else may stand in one.
    """
    for row in maps.read_bytes().split(b"\n"):
        _, _, _, device, number, *name = row.split(maxsplit=5) if row else [b""] * 5
        if name:
            major, minor = (int(part, 16) for part in device.split(b":"))
            yield os.makedev(major, minor), int(number), os.fsdecode(name[0])


def too_many_open(pids: Iterable[int]) -> bool:
    """Whether some processes have more descriptors, or hold more sockets, than they may all together. Moved if one
    was closed, or its process is about to end."""
    each = 0
    once: set[str] = set()
    for path, link in opened(pids):
        if what := shared(path, link):
            once.add(what)
        else:
            each += 1
        if each + len(once) > limits.DESCRIPTORS:
            return True
    return sockets(once) > most_sockets()


@cache
def most_sockets() -> int:
    """How many sockets a submission may hold: what lies in their buffers is to be no more on one machine than on
    another, whatever is set there."""
    with socket.socket(socket.AF_UNIX) as one:
        buffer = one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    return max(limits.SOCKETS * limits.BUFFER // max(buffer, limits.BUFFER), limits.FEW_SOCKETS)


def shared(path: str, link: str) -> str:
    """What a descriptor is, if it counts once for all processes that have it: a pipe, a socket, or a file without a
    name, of which only its number is its own. Empty for others. Moved if it was closed."""
    if link.endswith(DELETED):  # or so it is called
        with listed():
            found = os.stat(path)  # noqa: PTH116
        nameless = stat.S_ISREG(found.st_mode) and not found.st_nlink
        return f"{found.st_dev}:{found.st_ino}" if nameless else ""
    return link if link.startswith(("pipe:", "socket:")) else ""


def sockets(links: Iterable[str]) -> int:
    """How many sockets are open; one that processes share counts once."""
    return len({link for link in links if link.startswith("socket:")})


def opened(pids: Iterable[int]) -> Iterator[tuple[str, str]]:
    """Where to look at each descriptor of some processes, and what it is; of one that lets nobody look, as many
    sockets as it may have. Moved if one was closed, or its process is about to end."""
    for pid in pids:
        try:
            yield from ((path, link_of(path)) for path in descriptors(pid))
        except PermissionError as error:
            if has_ended(alive(pid)):
                raise Moved(error.filename) from error
            yield from (("", f"socket:[{number} of {pid}]") for number in range(limits.OPEN_FILES))


def link_of(path: str) -> str:
    """What an open file is; empty where that is longer than the kernel tells. Moved if it was closed."""
    try:
        with listed():
            return os.readlink(path)  # noqa: PTH115
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return ""


def descriptors(pid: int) -> list[str]:
    """Where to look at what a process holds open; nothing of one that has ended. Moved if it has gone;
    PermissionError if a living one lets nobody look, as where it runs a program that nobody may read."""
    try:
        with listed():
            return [entry.path for entry in os.scandir(f"{alive(pid)}/fd")]
    except PermissionError:
        if not has_ended(alive(pid)):
            raise
    return []
