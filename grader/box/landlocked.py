"""Inside the box: the walls where the kernel gives no namespaces, as in most containers.

Landlock around files, signals and TCP, another user if root starts it, and limits. Each child has a guard above
it, in a Landlock domain that holds the child's own: the guard can end all that come from the child, and is out of
its reach.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import stat
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from random import SystemRandom

from grader.box import bounds, kernel, landlock, limits, room
from grader.box.job import OUT_OF_MEMORY, OUT_OF_ROOM, OUT_OF_TIME, TOO_MANY
from grader.box.processes import all_but, below, cpu_seconds, end_all, states, tasks
from grader.box.tensors import send_tensors_whole

SCOPED_SIGNALS = 6  # the version of Landlock from which no signal leaves a domain
USERS = range(2_000_000_000, 2_100_000_000)  # that nobody has; graders in two containers may share a kernel
CROWD = 2000  # more tasks that a user may have who is not the child's alone: the child beside it needs some of them
ENDINGS = {201: OUT_OF_TIME, 202: OUT_OF_MEMORY}  # by the guard's exit code
ROUNDS = 1000  # to end all, who may fork meanwhile
HARMLESS = ("/dev/random", "/dev/urandom", "/dev/full", "/usr/share/zoneinfo")


class Landlocked:
    """How the warm process walls off each child without namespaces. All that is written lies in one folder, which
    this process removes at its end, and whoever started it if it could not."""

    def __init__(self, folder: str, readable: Sequence[str]) -> None:
        self.folder = Path(folder)
        self.readable = [*map(Path, readable), *map(Path, HARMLESS)]
        self.user = SystemRandom().choice(USERS) if os.getuid() == 0 else os.getuid()

    def settle_in(self) -> list[str]:
        """Leave the home of whoever grades; the walls, in words. OSError if they do not stand."""
        if landlock.version() < SCOPED_SIGNALS:
            raise OSError(f"Landlock {landlock.version()} does not keep signals in; version 6 does (Linux 6.12).")
        mounts = Path("/proc/self/mountinfo").read_bytes()
        if hides_processes(mounts):
            raise OSError("/proc is mounted with hidepid: a process could be out of sight. Mount it without.")
        if os.getuid() and has_ceph(mounts):
            raise OSError("A file of yours on Ceph could be emptied before Landlock is asked. Run this as root.")
        if os.getuid() == 0:
            users = Path("/proc/self/uid_map")  # a kernel without namespaces of users has none, and all users
            if users.exists() and not has_user(users.read_text(), self.user):
                raise OSError("Root has too few users here to give a submission its own. Run this as another user.")
            if not has_right_to_folders_of(self.user, self.folder):
                raise OSError("Root lacks CAP_DAC_OVERRIDE to remove what a submission wrote. Run as another user.")
            for path in self.readable:
                open_to_all(path)
        self.warm = os.getpid()
        kernel.adopt_orphans()  # of a guard that somebody ends
        atexit.register(self.remove_all)
        os.environ |= settings_in(tempfile.mkdtemp(dir=self.folder))
        words = [f"Landlock {landlock.version()}", "no namespaces"]
        return [*words, "another user"] if os.getuid() == 0 else words

    def remove_all(self) -> None:
        """Remove the folder, at the end of the warm process and of no copy of it."""
        if os.getpid() == self.warm:
            room.remove(self.folder)

    def fork(self) -> int:
        """Fork a guard, and have that fork the child; the guard's process id, and 0 in the child."""
        kernel.let_go_of_orphans()
        self.home = Path(tempfile.mkdtemp(dir=self.folder))
        if os.getuid() == 0:
            os.chown(self.home, self.user, self.user)
        theirs, self.rope = os.pipe()
        standing, stands = os.pipe()
        warm = os.pidfd_open(os.getpid())
        guard = os.fork()
        if guard:
            os.close(theirs)
            os.close(stands)
            os.close(warm)
            os.read(standing, 1)  # nothing: it waits until the guard has let go of its end, or is gone
            os.close(standing)
            return guard
        os.close(self.rope)
        os.setsid()
        kernel.adopt_orphans()
        if os.getuid() == 0:
            kernel.become(self.user)
        landlock.keep_signals()
        os.close(standing)
        os.close(stands)
        try:
            child = os.fork()
        except OSError:  # this is a copy of the warm process, and not to end as it does
            os._exit(1)
        if child:
            stand_guard(child, theirs, warm)
        return 0

    def seclude(self) -> Path:
        """In the child: nothing to write to but a folder of its own, and no way to more; that folder."""
        from grader.box.shared import share_in  # torch comes with it: once the walls stand

        os.environ |= {"TMPDIR": str(self.home)} | settings_in(str(self.home))
        tempfile.tempdir = None
        os.setsid()
        kernel.drop_privileges()  # an ordinary user may have some, too: of a service, or of a session
        processes = tasks_of(self.user) + (limits.PROCESSES if self.user in USERS else CROWD)
        bounds.submission(processes, limits.FILE_ON_DISK)
        landlock.restrict(self.readable, [self.home, Path("/dev/null")])
        send_tensors_whole()
        share_in(self.home)
        return self.home

    @contextlib.contextmanager
    def in_sight(self) -> Iterator[None]:
        """Be the box's user for a while: root may look at everybody's processes, but for a container's own."""
        me, mine = os.geteuid(), os.getegid()
        if os.getuid() == 0:
            os.setegid(self.user)
            os.seteuid(self.user)
        try:
            yield
        finally:
            os.seteuid(me)
            os.setegid(mine)

    def excess(self, pids: Collection[int]) -> str:
        """What a child, these processes, takes too much of that the kernel does not bound; empty if of nothing."""
        if tasks(pids) > limits.PROCESSES + limits.OURS:
            return TOO_MANY
        return OUT_OF_ROOM if room.too_much([self.home], pids) else ""

    def born(self) -> int:
        """Nothing: the machine's others come and go as well. Who goes before a child of its own does stays with the
        guard, and counts."""
        return 0

    def guards(self, pid: int) -> set[int]:
        """The guard, whose number it is."""
        return {pid}

    def hand_over(self) -> tuple[str, list[int]]:
        """The folder that a child writes to, and the rope that its guard holds the other end of."""
        return str(self.home), [self.rope]

    def take_over(self, told: str, held: Sequence[int]) -> None:
        """Know the folder and hold the rope."""
        self.home, (self.rope,) = Path(told), held

    def stop(self, pid: int) -> None:
        """Have the guard end its child, and all that come from it."""
        del pid  # it holds the other end
        os.close(self.rope)
        self.rope = -1

    def let_go(self, pid: int) -> bool:
        """Let go of the rope; the guard tells itself whether the CPU time was used up."""
        if self.rope >= 0:
            self.stop(pid)
        return False

    def ending(self, code: int, used_up: bool) -> str:
        """How a child ended, as its guard tells; its folder is removed."""
        del used_up  # of the guard's own
        if code < 0:  # nothing in there can end a guard: somebody did
            end_orphans(self.warm)
        with contextlib.suppress(OSError):  # no descriptor can be had for it: it goes with all others
            room.remove(self.home)
        return ENDINGS.get(code) or (f"signal {code - 128}" if code > 128 else f"exit code {code}")


def settings_in(home: str) -> dict[str, str]:
    """What makes a folder the home of a process, where libraries look for settings and keep what they know."""
    return {"HOME": home, "MPLCONFIGDIR": f"{home}/matplotlib"}


def hides_processes(mounts: bytes) -> bool:
    """Whether /proc, in a list of mounts as the kernel gives it, hides some processes from their own user: those of
    a program that may not be read. What is mounted last is on top."""
    options = [row[-1] for row in rows_of(mounts) if row[4] == b"/proc"]
    return b"hidepid" in b"".join(options[-1:])


def has_right_to_folders_of(user: int, place: Path) -> bool:
    """Whether root may change a folder of a user's, as it may without being asked but in some containers."""
    folder = Path(tempfile.mkdtemp(dir=place))
    os.chown(folder, user, user)
    try:
        (folder / "own").mkdir()
        (folder / "own").rmdir()
    except PermissionError:
        return False
    finally:
        folder.rmdir()
    return True


def has_ceph(mounts: bytes) -> bool:
    """Whether something in a list of mounts is a Ceph file system, whose server empties a user's own file that is
    opened with O_TRUNC as it looks up the name (ceph_atomic_open in the kernel's fs/ceph/file.c)."""
    return any(row[row.index(b"-") + 1] == b"ceph" for row in rows_of(mounts))


def rows_of(mounts: bytes) -> list[list[bytes]]:
    """The fields of each row in a list of mounts."""
    return [row.split(b" ") for row in mounts.split(b"\n") if row]  # nothing else parts them: names hold all else


def has_user(ranges: str, user: int) -> bool:
    """Whether a user is among those of this namespace, as the kernel lists them."""
    rows = [[*map(int, row.split())] for row in ranges.splitlines()]
    return any(first <= user < first + count for first, _, count in rows)


def open_to_all(path: Path) -> None:
    """Raise OSError if a path lies in a folder that other users may not enter."""
    for folder in path.parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            raise OSError(f"Another user may not enter {folder}, where {path} lies. Install Python elsewhere.")


def stand_guard(child: int, rope: int, warm: int) -> None:
    """Wait for a child's end, for the other end of the rope to be let go, or for the end of the warm process, as
    whoever holds the rope may be held up; end all, tell how, never return."""
    ended = os.pidfd_open(child)
    select.select([ended, rope, warm], [], [])
    with contextlib.suppress(OSError):  # first of all: of the same user as this process, they may have hurt it
        os.kill(-1, signal.SIGKILL)  # it reaches what is in this domain, this process excepted
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    seconds = cpu_seconds(child)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    if code == -signal.SIGKILL:
        os._exit(201 if bounds.used_up(seconds) else 202)
    os._exit(128 - code if code < 0 else code)


def end_orphans(warm: int) -> None:
    """In the lookout: end all that the warm process has adopted. Who moves on from process to process may live in
    none that was found, but leaves one behind each time, until there may be no more of them."""
    before: dict[int, int] = {}
    for _ in range(ROUNDS):
        found = below(warm)
        others = all_but({warm, os.getpid()}, found)
        left = {pid: began for pid, began in others.items() if states(pid) - {"Z", "X"}}
        if found == before and not left:
            break
        end_all(left)
        before = found
        time.sleep(0.01)


def tasks_of(user: int) -> int:
    """How many processes and threads a user has, who is not ours alone: the limit counts them too."""
    count = 0
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            count += len(list((path / "task").iterdir())) if path.stat().st_uid == user else 0
    return count
