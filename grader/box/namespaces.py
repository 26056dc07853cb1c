"""Inside the box: the walls of bubblewrap, and namespaces of its own for each submission within them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from random import SystemRandom

from grader.box import bounds, kernel, landlock, limits
from grader.box.job import OUT_OF_MEMORY, OUT_OF_TIME
from grader.box.processes import cpu_seconds
from grader.box.tensors import send_tensors_whole

NOBODIES = range(60_001, 65_001)  # users that nobody has; each box has its own, for many a bound is a user's


class Namespaces:
    """How the warm process, in bubblewrap, walls off each child."""

    def settle_in(self) -> list[str]:
        """Become an ordinary user, process 1 of a namespace that this process governs; the walls, in words."""
        if os.getuid() == 0:
            kernel.mount("proc", "/proc")
            kernel.become(SystemRandom().choice(NOBODIES))
        kernel.new_user()
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWPID)
        if pid := os.fork():
            os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
        mount_fresh()
        self.own = os.open("/proc/self/ns/pid", os.O_RDONLY)
        walls = ["bubblewrap", "namespaces of its own for each submission"]
        return [*walls, f"Landlock {landlock.version()}"] if landlock.version() else walls

    def fork(self) -> int:
        """Fork a child, process 1 of a namespace of its own."""
        return kernel.fork_into_new_pids(self.own)

    def seclude(self) -> Path:
        """In the child: nothing to write to but fresh memory, and no privileges; the folder to work in."""
        os.setsid()  # a signal to its group of processes is not one to the warm process, of the same user
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS)
        mount_fresh()
        Path("/proc/sys/net/core/somaxconn").write_text(str(limits.WAITING))
        kernel.new_user()
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
        if not landlock.version():
            kernel.keep_from_writing("/proc")  # there a process says how soon it goes when memory runs out
        kernel.drop_privileges()
        bounds.submission(limits.PROCESSES, limits.FILE)
        if landlock.version():
            landlock.restrict(set(Path("/").iterdir()) - {Path("/proc")}, {*writable(), Path("/dev")})
        send_tensors_whole()
        return Path.home()

    def in_sight(self) -> AbstractContextManager[None]:
        """They are this process's own user's."""
        return nullcontext()

    def excess(self, pids: Collection[int]) -> str:
        """Nothing: the kernel bounds the file systems that a child may write to, and its processes."""
        del pids
        return ""

    def born(self) -> int:
        """The number of the last process that was made in this namespace or below it."""
        return int(Path("/proc/loadavg").read_text().split()[-1])

    def guards(self, pid: int) -> set[int]:
        """None: the namespace goes with this process."""
        del pid
        return set()

    def hand_over(self) -> tuple[str, list[int]]:
        """Nothing: a child's number is all that is needed."""
        return "", []

    def take_over(self, told: str, held: Sequence[int]) -> None:
        """Nothing is handed over."""

    def stop(self, pid: int) -> None:
        """End a child; its namespace ends with it, and everything in that."""
        os.kill(pid, signal.SIGKILL)

    def let_go(self, pid: int) -> bool:
        """Whether the CPU time of a child that has ended was used up."""
        return bounds.used_up(cpu_seconds(pid))

    def ending(self, code: int, used_up: bool) -> str:
        """How a child ended that nobody stopped. From inside, no signal reaches process 1 of a namespace: a
        SIGKILL is the kernel's, at the limit of CPU time or for want of memory."""
        if code == -signal.SIGKILL:
            return OUT_OF_TIME if used_up else OUT_OF_MEMORY
        return f"signal {-code}" if code < 0 else f"exit code {code}"


def writable() -> set[Path]:
    """The folders that a submission may write to; not /tmp on a machine whose interpreter lives in it."""
    return {Path.home(), Path("/tmp"), Path("/dev/shm")} - set(Path(sys.prefix).parents)


def mount_fresh() -> None:
    """Mount folders to write to, in memory, and the processes of this namespace; what was there is out of sight."""
    for folder in writable():
        kernel.mount("tmpfs", str(folder), limits.SCRATCH)
    kernel.mount("proc", "/proc")
