"""The process that looks out: it watches a child and all that comes from it, and stops them."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import cast

import pytest

from grader.box import limits, lookout, processes
from grader.box.job import OUT_OF_MEMORY, TOO_MANY, TOO_MUCH, UNCOUNTED
from grader.box.lineage import Lineage
from grader.box.lookout import STOPPED, Walls, end_excess, standing_still, watch
from grader.box.processes import Moved, below, signal_all, states


def stopped(pids: Sequence[int]) -> bool:
    """Whether all of some processes stand still, as soon as each had its turn to."""
    deadline = time.monotonic() + 5
    while states := {processes.fields(Path(f"/proc/{pid}/stat"))[0] for pid in pids}:
        if states == {"T"} or time.monotonic() > deadline:
            break
    return states == {"T"}


class Open:
    """Walls behind which nobody is born, and all is in sight."""

    def born(self) -> int:
        return 0

    def guards(self, _: int) -> set[int]:
        return set()

    def in_sight(self) -> AbstractContextManager[None]:
        return nullcontext()


class Looking(Open):
    """Walls that see nothing amiss, and whether those that they looked at stood still."""

    def __init__(self) -> None:
        self.still: list[bool] = []

    def excess(self, pids: Sequence[int]) -> str:
        """Look at some processes."""
        self.still.append(len(pids) > limits.FEW and stopped(pids))
        return ""


FORKS = """
import os, time
for _ in range({}):
    os.fork() or time.sleep(60)
print(flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize(("number", "still"), [(1, False), (limits.FEW, True)])
def test_a_crowd_stands_still_while_it_is_looked_at(number: int, still: bool) -> None:
    walls = Looking()
    command = [sys.executable, "-I", "-S", "-c", FORKS.format(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as first:
        try:
            assert first.stdout
            first.stdout.read(1)
            assert end_excess(cast("Walls", walls), Lineage(first.pid, 0)) == ""
        finally:
            family = processes.below(first.pid)
            for pid in family:
                os.kill(pid, signal.SIGKILL)
    assert walls.still == [still]
    assert len(family) == number + 1


class Blind(Open):
    """Walls around a process that keeps itself from being looked at."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.stopped: list[int] = []

    def excess(self, _: object) -> str:
        raise self.error

    def stop(self, pid: int) -> None:
        self.stopped.append(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize("error", [Moved(), ValueError(), OSError()], ids=repr)
def test_who_cannot_be_looked_at_is_ended(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookout, "ROUND_SECONDS", 0.01)
    walls = Blind(error)
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            assert end_excess(cast("Walls", walls), Lineage(process.pid, 0)) == UNCOUNTED
        finally:
            process.kill()
    assert walls.stopped == [process.pid]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.EMFILE, "no descriptor left")], ids=repr)
def test_what_the_lookout_itself_lacks_is_held_against_nobody(error: Exception) -> None:
    walls = Blind(error)
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            with pytest.raises(type(error)):
                end_excess(cast("Walls", walls), Lineage(process.pid, 0))
        finally:
            process.kill()
    assert not walls.stopped


class Late(Open):
    """Walls around a process that takes too much as long as it works, or whether it does or not."""

    def __init__(self, found_at_rest: str) -> None:
        self.at_rest = found_at_rest
        self.stopped_at_rest: list[bool] = []

    def excess(self, pids: Sequence[int]) -> str:
        return self.at_rest if states(*pids) == {"T"} else TOO_MUCH

    def stop(self, pid: int) -> None:
        self.stopped_at_rest.append(states(pid) == {"T"})


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize("at_rest", ["", TOO_MUCH])
def test_who_takes_too_much_is_ended_by_what_it_holds_at_rest(at_rest: str) -> None:
    """What a look saw of one scenario may be over when the look is: the next would be ended for it."""
    walls = Late(at_rest)
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            assert end_excess(cast("Walls", walls), Lineage(process.pid, 0)) == at_rest
        finally:
            process.kill()
    assert walls.stopped_at_rest == [True] * bool(at_rest)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize(("takes", "found"), [(TOO_MUCH, TOO_MUCH), ("", TOO_MANY)])
def test_who_does_not_come_to_rest_is_ended_by_what_it_takes_meanwhile(
    monkeypatch: pytest.MonkeyPatch, takes: str, found: str
) -> None:
    """It filled memory for 10 seconds, twice what it may hold: who has the kernel do so hears of no stop."""
    monkeypatch.setattr(lookout, "states", lambda _: {"R"})
    monkeypatch.setattr(lookout, "REST_SECONDS", 60 if takes else 0.1)
    walls, began = Late(takes), time.monotonic()
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            assert end_excess(cast("Walls", walls), Lineage(process.pid, 0)) == found
        finally:
            process.kill()
    assert time.monotonic() - began < 30


class Deaf(Open):
    """Walls around a process that takes too much, and that does not hear of its end."""

    def excess(self, _: object) -> str:
        return TOO_MUCH

    def stop(self, _: int) -> None:
        """Have nobody ended."""


class Hidden(Deaf):
    """Walls around processes that are in no listing at first."""

    def __init__(self) -> None:
        self.looks = 0

    def guards(self, pid: int) -> set[int]:
        """All of them, which are not to be ended, at the first look."""
        self.looks += 1
        return {*below(pid)} if self.looks == 1 else set()


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize(("why", "walls"), [(TOO_MUCH, Deaf), (STOPPED, Deaf), (STOPPED, Hidden)])
def test_all_are_ended_though_the_first_does_not_hear_of_it(why: str, walls: type[Deaf]) -> None:
    """They had been stopped, and went on to fill memory, while nobody looked any more."""
    grader, line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    warm, began = os.pidfd_open(os.getpid()), time.monotonic()
    with (
        grader,
        line,
        subprocess.Popen([sys.executable, "-I", "-S", "-c", FORKS.format(2)], stdout=subprocess.PIPE) as first,
    ):
        assert first.stdout
        first.stdout.read(1)
        ends = [os.pidfd_open(pid) for pid in below(first.pid)]
        if why == STOPPED:
            grader.send(b"stop")
        assert watch(line, cast("Walls", walls()), first.pid, warm) == why
    os.close(warm)
    assert time.monotonic() - began < 30  # they would end by themselves after 60
    assert len(ends) == 3
    for each in ends:
        assert select.select([each], [], [], 30)[0]
        os.close(each)


class Fence(Open):
    """Walls around a process that takes too much, and does not end at once; who watches is told to stop it, too."""

    def __init__(self, grader: socket.socket) -> None:
        self.grader = grader
        self.stops = 0

    def excess(self, _: object) -> str:
        return TOO_MUCH

    def guards(self, pid: int) -> set[int]:
        """It is not ended otherwise."""
        return {pid}

    def stop(self, _: int) -> None:
        self.stops += 1
        self.grader.send(b"stop")


class Slow(Open):
    """Walls that take their time to look as long as anybody works."""

    def __init__(self) -> None:
        self.looks = 0

    def excess(self, pids: Sequence[int]) -> str:
        self.looks += 1
        deadline = time.monotonic() + 30
        while states(*pids) != {"T"} and time.monotonic() < deadline:
            time.sleep(0.01)
        return ""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_look_that_comes_late_is_followed_by_one_at_rest() -> None:
    """Where many compute at once it took 5 to 11 seconds, in which they held twice what they may."""
    before = signal.getsignal(signal.SIGALRM)
    began, walls = time.monotonic(), Slow()
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            assert end_excess(cast("Walls", walls), Lineage(process.pid, 0)) == ""
            assert "T" not in states(process.pid)  # it goes on
        finally:
            process.kill()
    assert time.monotonic() - began < 30
    assert walls.looks == 2
    assert signal.getsignal(signal.SIGALRM) == before


class Ending(Open):
    """Walls whose children are ended."""

    def __init__(self) -> None:
        self.stops = 0

    def stop(self, _: int) -> None:
        self.stops += 1


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_more_than_there_may_be_are_ended_as_they_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FEW", 2)
    monkeypatch.setattr(limits, "PROCESSES", 4)
    monkeypatch.setattr(lookout, "standing_still", None)  # nobody waits for that
    walls = Ending()
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", FORKS.format(6)], stdout=subprocess.PIPE) as first:
        try:
            assert first.stdout
            first.stdout.read(1)
            assert end_excess(cast("Walls", walls), Lineage(first.pid, 0)) == TOO_MANY
        finally:
            for pid in processes.below(first.pid):
                os.kill(pid, signal.SIGKILL)
    assert walls.stops == 1


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_who_grew_by_too_much_is_ended_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """To have all stand still gave them a second more, and who had an alarm of its own was gone by then."""
    monkeypatch.setattr(limits, "MEMORY", 50 * limits.MB)
    monkeypatch.setattr(lookout, "standing_still", None)  # nobody waits for that
    walls = Ending()
    grows = "print(flush=True); input(); held = b'x' * (100 << 20); print(flush=True); input()"
    command = [sys.executable, "-I", "-S", "-c", grows]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.read(1)
        lineage = Lineage(process.pid, 0)
        lineage.at_least([process.pid])
        process.stdin.write(b"\n")
        process.stdout.read(1)
        assert end_excess(cast("Walls", walls), lineage) == OUT_OF_MEMORY
        process.wait(30)
    assert walls.stops == 1


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize(("piece", "found"), [(limits.PIECE, ""), (1 << 30, OUT_OF_MEMORY)])
def test_the_kernels_account_of_memory_counts_as_memory(
    monkeypatch: pytest.MonkeyPatch, piece: int, found: str
) -> None:
    monkeypatch.setattr(limits, "PIECE", piece)
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        seen = UNCOUNTED
        for _ in range(100):  # it opens and closes its libraries as it starts
            with contextlib.suppress(Moved):
                seen = lookout.taken(cast("Walls", Looking()), [process.pid], Lineage(process.pid, 0))
                break
        process.kill()
    assert seen == found


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_what_processes_grew_by_is_known_before_anything_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside 28 that filled memory in one call each, a look at shares took seconds."""
    lineage = Lineage(os.getpid(), 0)
    lineage.at_least([os.getpid()])
    monkeypatch.setattr(lookout, "pieces", None)
    monkeypatch.setattr(limits, "MEMORY", 50 << 20)
    held = bytearray(b"x" * (100 << 20))
    assert lookout.taken(cast("Walls", Looking()), [os.getpid()], lineage) == OUT_OF_MEMORY
    assert len(held)


def test_who_rings_goes_on_though_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or no look would ever be over."""
    monkeypatch.setattr(lookout, "LOOK_SECONDS", 0.01)
    for failure in (MemoryError(), OSError(errno.EMFILE, "no descriptor left")):
        ringing = Ringing(failure)
        look = lookout.Look(threading.Event(), threading.Event(), ringing)
        lookout.bell().put(look)
        assert ringing.twice.wait(30)
        look.over.set()
        assert look.left.wait(30)


class Ringing:
    """Rings, and fails."""

    def __init__(self, failure: Exception) -> None:
        self.failure, self.times, self.twice = failure, 0, threading.Event()

    def __call__(self) -> None:
        self.times += 1
        if self.times == 2:
            self.twice.set()
        raise self.failure


@pytest.mark.skipif(sys.platform != "linux", reason="there are no descriptors of processes")
def test_a_child_is_stopped_once() -> None:
    grader, line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with grader, line:
        fence = Fence(grader)
        pid = os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "1")
        warm = os.pidfd_open(os.getpid())
        assert watch(line, fence, pid, warm) == TOO_MUCH  # type: ignore[arg-type]
        os.close(warm)
        os.waitpid(pid, 0)
    assert fence.stops == 1


FORKING = """
import mmap, os, time
memory = mmap.mmap(-1, 300 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
memory.write(b"x" * len(memory))
print("ready", flush=True)
while True:
    if os.fork() == 0:
        time.sleep(0.2)
        os._exit(0)
    os.waitpid(-1, os.WNOHANG)
    time.sleep(0.02)
"""


def test_a_fork_that_is_under_way_has_ended_when_all_stand_still() -> None:
    process = subprocess.Popen([sys.executable, "-c", FORKING], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        for _ in range(20):
            with standing_still(process.pid) as stopped:
                assert below(process.pid).items() <= stopped.items()
                assert set().union(*map(states, stopped)) <= {"T", "Z"}
    finally:
        with standing_still(process.pid) as stopped:
            signal_all(stopped, signal.SIGKILL)
        process.communicate()
