"""Inside the box: the warm process. It holds torch and the lecture, and forks a child per job.

It never runs a student's line and never reads one: a submission goes straight to the child, through a descriptor
that is only passed on, so nothing of one student is left for the next. Of the scenarios it holds those that every
student may see, and no hidden one. It hears requests on a socket, which is its standard input, and answers with a
line of JSON each.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.machinery import FrozenImporter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grader.box import UNFILTERED, kernel, limits
from grader.box.job import OUT_OF_MEMORY, TOO_MANY, UNCOUNTED
from grader.box.landlocked import Landlocked
from grader.box.namespaces import Namespaces
from grader.box.processes import Moved, below, memory, pieces, sockets, states

if TYPE_CHECKING:
    from grader.box.observer import Scenario

ASKED: set[str] = set()  # what was to be imported since the start, for somebody: not all of it is here
# What no module of a student's own goes before: what the box runs on, has changed, or watches, and what Python
# finds without looking into any folder, or has before any program begins.
FIRST = {"grader", "landlockpy", "multiprocessing", "selectors", "encodings", *sys.builtin_module_names}
STOPPED = "stopped"
OUT, MORE = 100, 101  # a child's descriptors: for its lines, and for what it is handed later
TICK = 200  # milliseconds between two looks at how much a submission takes
SETTLED = 10  # runs without an import, after which it pays to gather memory: it takes half a second
TRIES = 3  # to see all while it works; now and then something has just gone
ROUNDS = 10  # to stop all, and to see all that was stopped; nobody works so that it takes more
ROUND_SECONDS = 0.1
REST_SECONDS = 10  # at most, until all have stopped: on a busy machine each has to wait for its turn
STUCK_SECONDS = 0.1  # after which who waits for the kernel will not go on: say for a child that has stopped


def main() -> None:
    """Enter the namespaces, warm up, and serve until the socket closes."""
    line = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    program = line.recv(1 << 16).removeprefix(b"filter ")
    walls: Walls = Namespaces() if sys.argv[1] == "namespaces" else Landlocked(sys.argv[2:])
    words = walls.settle_in()
    tell(line, standing=[*words, "a system-call filter" if program else UNFILTERED])
    warm_up()
    tell(line, ready=True)
    serve(line, walls, program)


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

    def excess(self, pids: Sequence[int]) -> str:
        """What a child, these processes, takes too much of that the kernel does not bound; empty if of nothing.
        Moved if something of it had gone before it was looked at."""

    def born(self) -> int:
        """The number of the last process that was made in here, which tells whether one came and went while the
        others were counted; 0 where whoever comes and goes leaves something behind."""

    def guards(self, pid: int) -> set[int]:
        """The processes of a child that run our code alone, and are to end it whatever becomes of this one."""

    def stop(self, pid: int) -> None:
        """End a child, and all that come from it."""

    def ending(self, pid: int) -> str:
        """Wait for a child that has ended, or is about to; how it did."""


@contextlib.contextmanager
def for_good() -> Iterator[None]:
    """What is imported meanwhile stays: nobody looks for what of it could go, which would take a fifth of the time,
    and no collection in a fork later on touches, and so copies, it."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@for_good()
def warm_up() -> None:
    """Import what every submission needs, and let torch import what an optimizer's first use needs."""
    import torch

    import grader.box.child
    import grader.box.shared
    import grader.box.watch  # noqa: F401
    import lecture  # noqa: F401
    from grader.box.observer import stay_on_one_thread
    from grader.box.originals import originals

    tell_of_few_processors()
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[misc, assignment]  # the other is refused
    stay_on_one_thread()
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    originals()


def tell_of_few_processors() -> None:
    """Let `os.cpu_count` say no more than on a student's own machine: on a large one, a pool or a loader of a
    process for each would meet the bound on processes."""
    few = min(os.cpu_count() or 1, limits.PROCESSORS)
    for name in {"cpu_count", "process_cpu_count"} & vars(os).keys():
        setattr(os, name, lambda: few)


def serve(line: socket.socket, walls: Walls, program: bytes) -> None:
    """Run jobs, one at a time, until there is nobody left to ask for them."""
    runs = 0  # since something was last imported
    while True:
        request, descriptors, _, _ = socket.recv_fds(line, 1 << 16, 5)
        if not request:
            return
        match json.loads(request):
            case {"name": list(needed)}:
                import_ahead(needed)
                tell_names(line, *descriptors)
            case {"run": list(needed), "words": list(words)}:
                runs = 0 if import_ahead([*needed, *words]) else runs + 1
                tell(line, ended=run(line, walls, program, {*map(root, needed)}, *descriptors))
                if runs == SETTLED:
                    kernel.gather_pages()
            case _:
                continue  # a "stop" for a child that has already ended


def tell_names(line: socket.socket, texts: int) -> None:
    """Tell which scenarios an exercise has, text by text. A fork reads them: a hidden one is not to lie in here."""
    from grader.box.observer import scenarios

    pid = os.fork()
    if pid == 0:
        with open(texts, encoding="utf-8") as file:
            named = json.load(file)
        tell(line, scenarios=[list(scenarios(name, text)) for name, text in named])
        os._exit(0)
    os.close(texts)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("The scenarios of an exercise could not be made.")


def run(line: socket.socket, walls: Walls, program: bytes, needed: set[str], first: int, *rest: int) -> str:
    """One run of a submission, in a child that has the first text of scenarios, which need some libraries; how it
    ended."""
    from grader.box.child import wanted_in

    wanted = wanted_in(first)
    pid = walls.fork()
    if pid == 0:
        become_child(*rest, walls=walls, program=program, wanted=wanted, needed=needed)
    for descriptor in rest:
        os.close(descriptor)
    return watch(line, walls, pid)


def import_ahead(names: Sequence[str]) -> bool:
    """Import what the next submission will: it costs its time once, and not for every student. Whether there was
    anything to import."""
    from grader.box import observer

    new = [name for name in names if name not in sys.modules and name not in ASKED]
    if not new:
        return False
    ASKED.update(new)
    with for_good():
        for name in new:
            with contextlib.suppress(Exception):  # one that is broken here is the submission's to meet
                importlib.import_module(name)
    observer.tell_of_no_screen()
    return True


def root(module: str) -> str:
    """The library that a module is of."""
    return module.partition(".")[0]


def make_way(files: Iterable[str], needed: set[str]) -> None:
    """In the child: forget what was imported before, perhaps for somebody else, where a submission has a module of
    its own of that name: "cycler.py", or "statistics.py". What the scenarios need stays."""
    from grader.box.originals import LIBRARIES

    modules = [name.removesuffix("/__init__.py").removesuffix(".py") for name in files if name.endswith(".py")]
    own = {name for name in modules if "/" not in name}  # a folder that is no package goes before nothing
    stays = FIRST | needed | {*map(root, LIBRARIES)}
    first = {name for name in own - stays if FrozenImporter.find_spec(name) is None}
    for name in [name for name in sys.modules if root(name) in first]:
        del sys.modules[name]


def become_child(
    submission: int,
    out: int,
    prints: int,
    more: int,
    *,
    walls: Walls,
    program: bytes,
    wanted: Mapping[str, Scenario],
    needed: set[str],
) -> None:
    """In the fork: put up the inner walls, read the submission, attend to it, and never return."""
    from grader.box.child import attend
    from grader.box.job import Job

    with open(submission, encoding="utf-8") as file:
        job = Job.from_json(file.read())
    keep_only(prints, {out: OUT, more: MORE})
    open_streams()
    Path("/proc/self/oom_score_adj").write_text("1000")  # first to go, should the machine's memory run out
    scratch = walls.seclude() / "submission"
    scratch.mkdir()
    if program:
        kernel.filter_syscalls(program)
    make_way(job.files, needed)
    attend(job, wanted, scratch, OUT, socket.socket(fileno=MORE))
    os._exit(0)


def keep_only(prints: int, kept: Mapping[int, int]) -> None:
    """Close every descriptor but the standard ones, with `prints` for output, and the kept, renumbered. Input is
    opened anew: the flags of an open file are for all that share it, and would be word for the next student."""
    for descriptor, number in kept.items():
        os.dup2(descriptor, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(prints, 1)
    os.dup2(prints, 2)
    os.closerange(3, min(kept.values()))
    os.closerange(max(kept.values()) + 1, os.sysconf("SC_OPEN_MAX"))


def open_streams() -> None:
    """Open Python's streams for output anew: those of the warm process know whether what it wrote to could be
    wound back, and a submission that sets their encoding would meet an error."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        before = getattr(sys, name)
        stream = open(number, "w", encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stderr.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def watch(line: socket.socket, walls: Walls, pid: int) -> str:
    """Wait for a child's end, and bring it about on request or when it takes too much; how it ended."""
    ended = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(line, select.POLLIN)
    why = ""
    while True:
        ready = [descriptor for descriptor, _ in poll.poll(TICK)]
        if ended in ready:
            os.close(ended)
            how = walls.ending(pid)
            return why or how
        if line.fileno() in ready:
            line.recv(100)
            poll.unregister(line)
            if not why:
                why = STOPPED
                walls.stop(pid)
        elif not why:
            with walls.in_sight():
                why = end_excess(walls, pid)


def end_excess(walls: Walls, pid: int) -> str:
    """End a child if it and all that come from it take too much; of what, empty if of nothing.

    A look while they work tells that they take little, if nobody came or went meanwhile. It can tell no more:
    what one scenario held as the look began may have ended with it, and the next would pay. Nor can it be had where
    many compute at once and leave no time to count, or where one moves on from process to process, or from name to
    name, and is never where it was listed. Then all of them stand still for a last look, and until they have ended
    if they are to. Only then, for a parent in the program hears of its children that stop.
    """
    for _ in range(TRIES):
        born = walls.born()
        if len(family := below(pid)) > limits.FEW:
            break
        try:
            if taken(walls, family):
                break
        except Moved:
            continue
        except Exception:  # the last look says of what
            break
        if (below(pid), walls.born()) == (family, born):
            return ""
    with standing_still(pid, walls.guards(pid)) as stopped:
        born = walls.born()
        found = last_look(walls, pid)
        if not {*below(pid)} <= stopped | walls.guards(pid) or walls.born() != born:
            found = found or TOO_MANY
        if found:
            walls.stop(pid)
        return found


def last_look(walls: Walls, pid: int) -> str:
    """What a child takes too much of while all of it stands still; what is about to end may still do so. Where no
    look succeeds, a submission keeps it from doing so, for nothing of others is looked at."""
    for _ in range(ROUNDS):
        try:
            return taken(walls, below(pid))
        except Moved:
            time.sleep(ROUND_SECONDS)
        except Exception:  # nothing that a submission does may end this process, which others' come from
            traceback.print_exc()
            break
    return UNCOUNTED


@contextlib.contextmanager
def standing_still(pid: int, guards: Collection[int] = ()) -> Iterator[set[int]]:
    """Stop a process and all that come from it for a while, but for those that guard them; which these are. None
    if some still move when their time is over."""
    stopped: set[int] = set()
    latest = time.monotonic() + REST_SECONDS
    try:
        for _ in range(ROUNDS):
            there = {*below(pid)}.difference(guards)
            if there <= stopped:
                break
            stopped |= there
            signal_all(stopped, signal.SIGSTOP)
            await_rest(stopped, latest)
        yield stopped if time.monotonic() < latest else set()
    finally:
        signal_all(stopped, signal.SIGCONT)


def await_rest(pids: Iterable[int], latest: float) -> None:
    """Wait until all threads of some processes have stopped, or until a time on the clock: a fork that is under way
    goes on to its end before, which takes its time where there is much to copy. Who moves is told again: one that
    had stopped may have been woken by another's end, so that only who was found at rest twice is."""
    began = time.monotonic()
    rests = 0
    while rests < 2 and time.monotonic() < latest:
        moving = [pid for pid in pids if moves(pid, began)]
        rests = 0 if moving else rests + 1
        signal_all(moving, signal.SIGSTOP)
        time.sleep(0.001)


def moves(pid: int, began: float) -> bool:
    """Whether a process that was told to stop at a time has not; after a while not if it waits for the kernel."""
    at_rest = {"T", "Z", "X"} | ({"D"} if time.monotonic() > began + STUCK_SECONDS else set())
    return bool(states(pid) - at_rest)


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each process that is still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def taken(walls: Walls, family: Sequence[int]) -> str:
    """What some processes take too much of; empty if of nothing. Moved if something of it had gone before it was
    looked at."""
    if pieces(family, limits.PIECES) > limits.PIECES:  # before what takes its time for each
        return OUT_OF_MEMORY
    if memory(family, limits.MEMORY) > limits.MEMORY or sockets(family) > limits.SOCKETS:
        return OUT_OF_MEMORY
    return walls.excess(family)


def tell(line: socket.socket, **record: object) -> None:
    """Answer with one message."""
    line.send(json.dumps(record).encode())


if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if path]
    main()
