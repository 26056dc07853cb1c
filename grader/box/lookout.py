"""Inside the box: the process that looks at what a child takes, and ends it on request or if that is too much.

It stands beside the warm process, and no submission comes from it. What it learns of a child is of a submission's
choice, as the names of its files, or how it ends: every child's memory is a copy of the warm one's, and there the
next submission would find it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from grader.box import bounds, kernel, limits
from grader.box.job import OUT_OF_MEMORY, TOO_MANY, UNCOUNTED
from grader.box.lineage import Lineage
from grader.box.processes import (
    Family,
    Moved,
    all_but,
    below,
    end_all,
    is_own_want,
    pieces,
    signal_all,
    states,
    too_many_open,
)  # fmt: skip

STOPPED = "stopped"
TICK = 200  # milliseconds between two looks at how much a submission takes
TRIES = 3  # to see all while it works; now and then something has just gone
LOOK_SECONDS = 0.3  # for one of them: where many compute at once, each of its steps has to wait for its turn
ROUNDS = 10  # to stop all, and to see all that was stopped; nobody works so that it takes more
ROUND_SECONDS = 0.1
REST_SECONDS = 10  # at most, until all have stopped: on a busy machine each has to wait for its turn
TURN_SECONDS = 0.3  # after which who was told to stop should have had its turn to, though many compute
STUCK_SECONDS = 0.1  # after which who waits for the kernel will not go on: say for a child that has stopped


class Walls(Protocol):
    """How children are walled off from everything, and from each other."""

    def settle_in(self) -> list[str]:
        """Put up what stands around all children; the walls, in words. OSError if they do not stand."""

    def fork(self) -> int:
        """Fork a child; its process id (or its guard's), 0 in the child."""

    def seclude(self) -> Path:
        """In the child: put up the rest, for good; the folder to work in."""

    def in_sight(self) -> AbstractContextManager[None]:
        """What a child's processes hold may be looked at meanwhile, and they hear our signals."""

    def excess(self, pids: Collection[int]) -> str:
        """What a child, these processes, takes too much of that the kernel does not bound; empty if of nothing.
        Moved if something of it had gone before it was looked at."""

    def born(self) -> int:
        """The number of the last process that was made in here, which tells whether one came and went while the
        others were counted; 0 where whoever comes and goes leaves something behind."""

    def guards(self, pid: int) -> set[int]:
        """The processes of a child that run our code alone, and are to end it whatever becomes of this one."""

    def hand_over(self) -> tuple[str, list[int]]:
        """What a lookout needs to know of the child that was forked last, and what it needs to hold, alone."""

    def take_over(self, told: str, held: Sequence[int]) -> None:
        """In the lookout: know of a child, and hold, what was handed over."""

    def stop(self, pid: int) -> None:
        """End a child, and all that come from it."""

    def let_go(self, pid: int) -> bool:
        """Let go of a child that has ended, and that nobody has waited for; whether its CPU time was used up."""

    def ending(self, code: int, used_up: bool) -> str:
        """How a child ended that nobody waits for any more, from its exit code, its CPU time used up or not."""


class Late(Exception):
    """A look took so long that it tells of a time that has gone; those who were looked at stand still."""


class Lookout:
    """The warm process's end of the talk with the one that looks out, which this starts."""

    def __init__(self, line: socket.socket, walls: Walls) -> None:
        self.walls = walls
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        warm = os.pidfd_open(os.getpid())
        if os.fork() == 0:
            self.line.close()
            look_out(theirs, line, walls, warm)
        theirs.close()
        os.close(warm)

    def watch(self, pid: int) -> None:
        """Have the child that was forked last watched to its end, and the grader told of that."""
        told, held = self.walls.hand_over()
        socket.send_fds(self.line, [json.dumps([pid, told]).encode()], held)
        for descriptor in held:
            os.close(descriptor)
        if not self.line.recv(1):
            raise RuntimeError("The process that looks at what a submission takes has ended.")
        kernel.wait_for(pid, self.line)


def look_out(asked: socket.socket, line: socket.socket, walls: Walls, warm: int) -> None:
    """In the fork: watch one child after the other until the warm process has gone, and never return. On `line` the
    grader asks for an end, and is told how it came."""
    bell()  # before anybody counts who is born
    bounds.lookout()
    try:
        while True:
            request, held, _, _ = socket.recv_fds(asked, 1 << 16, 1)
            if not request:
                break
            pid, told = json.loads(request)
            walls.take_over(told, held)
            why = watch(line, walls, pid, warm)
            used_up = walls.let_go(pid)
            asked.send(b".")  # it is to be waited for, which its parent alone may
            if not (status := asked.recv(4)):
                break
            code = os.waitstatus_to_exitcode(int.from_bytes(status, sys.byteorder))
            how = walls.ending(code, used_up)
            tell(line, ended=why or how)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def watch(line: socket.socket, walls: Walls, pid: int, warm: int) -> str:
    """Wait for a child's end, and bring it about on request or when it takes too much; why it was brought about. It
    ends with this process if the warm one has, for which stands a descriptor."""
    ended = os.pidfd_open(pid)
    poll = select.poll()
    for each in (ended, line, warm):
        poll.register(each, select.POLLIN)
    why = ""
    lineage = Lineage(pid, walls.born())
    while True:
        ready = [descriptor for descriptor, _ in poll.poll(TICK)]
        if warm in ready:
            os._exit(0)
        if ended in ready:
            os.close(ended)
            return why
        asked = line.fileno() in ready
        if asked:
            line.recv(100)
            poll.unregister(line)
        with walls.in_sight():
            if why:
                end_rest(walls, pid)
            elif asked:
                why = STOPPED
                end(walls, pid)
            else:
                why = end_excess(walls, lineage)


def end_excess(walls: Walls, lineage: Lineage) -> str:
    """End a child if it and all that come from it take too much; of what, empty if of nothing.

    A look while they work tells that they take little, if nobody came or went meanwhile. Of memory it tells
    that it is too much, and of nothing else: what one scenario held as the look began may have ended with it,
    and the next would pay. Nor can it be had where many compute at once and leave no time to count, or where one
    moves on from process to process, or from name to name, and is never where it was listed. Then all of them stand
    still for a last look, and until they have ended if they are to. Only then, for a parent in the program hears of
    its children that stop. Those who are more than there may be are ended at once: to have all of them stand still
    would take its time.
    """
    pid = lineage.first
    for _ in range(TRIES):
        born = walls.born()
        family = below(pid)
        if lineage.at_least(family) > limits.MEMORY:
            end(walls, pid)
            return OUT_OF_MEMORY
        if len(family) > limits.FEW:
            break
        try:
            with in_time(pid, walls.guards(pid)):
                if taken(walls, family, lineage):
                    break
        except Moved:
            continue
        except Exception:  # the last look says of what
            break
        if (below(pid), walls.born()) == (family, born):
            return ""
    if len(family) > limits.PROCESSES + limits.OURS:
        end(walls, pid)
        return TOO_MANY
    with standing_still(pid, walls.guards(pid), partial(is_too_much, walls, lineage)) as stopped:
        born = walls.born()
        found = last_look(walls, lineage)
        if not all_but(walls.guards(pid), below(pid)).items() <= stopped.items() or walls.born() != born:
            found = found or TOO_MANY
        if found:
            end(walls, pid)
        return found


def end(walls: Walls, pid: int) -> None:
    """End a child, and all that come from it."""
    walls.stop(pid)
    end_rest(walls, pid)


def end_rest(walls: Walls, pid: int) -> None:
    """End each of all that come from a child whose end has begun: its first process may hear of it late, and who
    had stopped would go on until then. Who moves on from process to process may be in none that is listed, once."""
    end_all(all_but(walls.guards(pid), below(pid)))


@contextlib.contextmanager
def in_time(pid: int, guards: Collection[int]) -> Iterator[None]:
    """Look at a process at work, and at all that come from it. If it takes too long they are stopped for the rest,
    time and again for who was forked meanwhile, and this is Late: to break off could leave open what was opened."""
    rung = []

    def ring() -> None:
        rung.append(True)
        signal_all(all_but(guards, below(pid)), signal.SIGSTOP)

    look = Look(threading.Event(), threading.Event(), ring)
    bell().put(look)
    try:
        yield
    finally:
        look.over.set()
        look.left.wait()
        if rung:
            raise Late


@dataclass(frozen=True)
class Look:
    """One look: when it is over, when nobody is stopped for it any more, and what to do where it takes too long."""

    over: threading.Event
    left: threading.Event
    ring: Callable[[], None]


@cache
def bell() -> SimpleQueue[Look]:
    """Who rings for looks that take too long: a thread, for the kernel may have a look itself wait, as for one that
    forks and has much to copy. There is one for all looks: a thread is born, too, as those are who are counted."""
    looks: SimpleQueue[Look] = SimpleQueue()

    def serve() -> None:
        while True:
            look = looks.get()
            while not look.over.wait(LOOK_SECONDS):
                try:
                    look.ring()
                except Exception:  # it has no descriptor left, say, and rings again: all looks need this thread
                    traceback.print_exc()
            look.left.set()

    threading.Thread(target=serve, daemon=True).start()
    return looks


def last_look(walls: Walls, lineage: Lineage) -> str:
    """What a child takes too much of while all of it stands still; what is about to end may still do so. Where no
    look succeeds, a submission keeps it from doing so, for nothing of others is looked at. But if this process has
    too little to look with, it ends by the error: the run is to be had again in a new box."""
    for _ in range(ROUNDS):
        try:
            return taken(walls, below(lineage.first), lineage)
        except Moved:
            time.sleep(ROUND_SECONDS)
        except Exception as error:  # nothing that a submission does may end this process
            if is_own_want(error):
                raise
            traceback.print_exc()
            break
    return UNCOUNTED


def is_too_much(walls: Walls, lineage: Lineage) -> bool:
    """Whether a child takes too much that was told to stop and does not: the kernel ends what it has begun for one,
    say to write a large file. Who has stopped frees nothing that another could hold before it is looked at."""
    with contextlib.suppress(Exception):  # the last look says of what
        return bool(taken(walls, below(lineage.first), lineage))
    return False


@contextlib.contextmanager
def standing_still(
    pid: int, guards: Collection[int] = (), enough: Callable[[], bool] = lambda: False
) -> Iterator[Family]:
    """Stop a process and all that come from it for a while, but for those that guard them; which these are. None
    if some still move when their time is over. Nobody waits for these any more when there is `enough` of them."""
    stopped: dict[int, int] = {}
    latest = time.monotonic() + REST_SECONDS
    try:
        for _ in range(ROUNDS):
            there = all_but(guards, below(pid))
            if there.items() <= stopped.items():
                break
            stopped |= there
            signal_all(stopped, signal.SIGSTOP)
            await_rest(stopped, latest, enough)
        yield stopped if time.monotonic() < latest else {}
    finally:
        signal_all(stopped, signal.SIGCONT)


def await_rest(family: Family, latest: float, enough: Callable[[], bool]) -> None:
    """Wait until all threads of some processes have stopped, or until a time on the clock: a fork that is under way
    goes on to its end before, which takes its time where there is much to copy. Who moves is told again: one that
    had stopped may have been woken by another's end, so that only who was found at rest twice is."""
    told = asked = time.monotonic()
    rests = 0
    while rests < 2 and time.monotonic() < latest:
        moving = {pid: family[pid] for pid in family if moves(pid, told)}
        rests = 0 if moving else rests + 1
        signal_all(moving, signal.SIGSTOP)
        if moving and time.monotonic() > asked + TURN_SECONDS:
            if enough():
                break
            asked = time.monotonic()
        time.sleep(0.001)


def moves(pid: int, told: float) -> bool:
    """Whether a process that was told to stop at a time has not; after a while not if it waits for the kernel."""
    at_rest = {"T", "Z", "X"} | ({"D"} if time.monotonic() > told + STUCK_SECONDS else set())
    return bool(states(pid) - at_rest)


def taken(walls: Walls, family: Collection[int], lineage: Lineage) -> str:
    """What some processes take too much of; empty if of nothing. Moved if something of it had gone before it was
    looked at."""
    if lineage.at_least(family) > limits.MEMORY:  # what computes may leave no time for the rest
        return OUT_OF_MEMORY
    left, more = limits.MEMORY, limits.PIECES
    for pid, forks in lineage.look(family, walls.born()).items():
        count = pieces(pid, more)
        left -= count * (limits.PIECE + limits.LINK * forks)
        more -= count
    if more < 0:  # before what takes its time for each
        return OUT_OF_MEMORY
    if lineage.memory(family, left) > left or too_many_open(family):
        return OUT_OF_MEMORY
    return walls.excess(family)


def tell(line: socket.socket, **record: object) -> None:
    """Answer the grader with one message."""
    line.send(json.dumps(record).encode())
