"""Inside the box: the process that a submission lives in, and the forks of it that scenarios run in.

All of this shares its process with a student's code from `load` on, and is trusted no more than that: it may
claim facts, as a submission that computes them could. Whoever reads its lines checks their shape.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from json import JSONEncoder
from pathlib import Path
from types import FunctionType
from typing import Any

from torch._C import set_num_threads
from torch.autograd import Variable

from grader.box import bounds, landlock, limits
from grader.box.changes import Changes
from grader.box.job import TOO_MUCH, Job, Seen
from grader.box.limits import SCENARIO_SECONDS
from grader.box.loader import load
from grader.box.observer import flush, lay_out, look_at, settle
from grader.box.signs import signs
from grader.box.texts import Scenario, scenarios

Wanted = Mapping[str, Scenario]  # the scenarios to run, by name
Later = Callable[[], Wanted | None]  # waits for more of them; None if there are no more
Changed = Callable[[], Mapping[str, object]]  # what the submission has changed, once a text is through
Look = Callable[[str, Scenario], dict[str, Any]]  # runs one; what is told of it
Tell = Callable[[Mapping[str, object]], None]


def as_it_is(function: Any) -> Any:
    """A function with the names of its module as they are now."""
    return FunctionType(function.__code__, {**function.__globals__}, function.__name__, function.__defaults__)


class Encoder(JSONEncoder):
    """JSON's own, as it is now."""

    encode, iterencode = as_it_is(JSONEncoder.encode), as_it_is(JSONEncoder.iterencode)


# What is needed after the submission has been loaded, as it was before
fork, kill, read, write, close, leave = os.fork, os.kill, os.read, os.write, os.close, os._exit
getpid, encode, decode = os.getpid, Encoder(allow_nan=False).encode, json.loads
clock, recv_fds, fstat, same_file = time.monotonic, socket.recv_fds, os.fstat, os.path.samestat
wait_for = select.select
reach_autograd: Callable[[], bool] = Variable._execution_engine.is_checkpoint_valid


TO_ITSELF = {signal.SIGALRM, signal.SIGVTALRM, signal.SIGUSR1, signal.SIGUSR2}


class Channel:
    """The descriptor of this process's lines, and the file that it stands for."""

    def use(self, out: int) -> None:
        """Write on a descriptor from now on."""
        self.out, self.file = out, fstat(out)

    def stands(self) -> bool:
        """Whether the descriptor still stands for the same file."""
        try:
            return same_file(fstat(self.out), self.file)
        except OSError:
            return False


channel = Channel()
STRANGER = b'{"strangers": ['  # how a line begins that is about no scenario


def attend(job: Job, wanted: Wanted, scratch: Path, out: int, more: socket.socket) -> None:
    """Load a submission, run its scenarios, and tell of each on the descriptor `out`.

    They run in a fork, so that this process can go on after one that hangs or dies. A process with threads or
    children is not forked, for a fork has none of them: it runs all itself, and whoever reads this starts again if
    it must. Once all was told, more scenarios may come on the socket `more`.
    """
    begin_anew()
    channel.use(out)
    say(out, {"begun": True})
    say(out, {"signs": signs(job)})
    changes = Changes(job, scratch)
    changes.listen(tell_of_stranger)
    lay_out(job, scratch)
    me = getpid()
    module, loading = load(job, scratch)
    stay_one(me)
    say(out, {"loading": loading, **changes.box_names()})
    if loading["status"] == "loaded":
        calm()
        changes.scenarios_come()
        look = partial(look_at, module=module, seed=job.seed, changes=changes)
        later = partial(next_wanted, more, job.seed, changes)
        run = partial(in_turn, later=later, look=look, changed=changes.all_names)
        if has_company():
            run(wanted, tell=partial(say, out))
        else:
            in_forks(wanted, run, out)
    say(out, {"done": True, "over": True})


def begin_anew() -> None:
    """In a fork: have PyTorch make anew what a fork leaves unusable, its pool of threads and autograd's engine. It
    does so at the first use of each, and guards neither: of several threads one would meet what another tears down.
    """
    set_num_threads(1)
    reach_autograd()


def next_wanted(more: socket.socket, seed: int, changes: Changes) -> Wanted | None:
    """The scenarios of the next text, made from a clean start, as all that is seen; None if there is no more."""
    _, descriptors, _, _ = recv_fds(more, 16, 1)
    if not descriptors:
        return None
    settle(seed)
    wanted = wanted_in(descriptors[0])
    changes.scenarios_come()
    return wanted


def wanted_in(descriptor: int) -> Wanted:
    """The scenarios that a file asks for, out of the text that it holds."""
    with open(descriptor, encoding="utf-8") as file:
        record = decode(file.read())
    found = scenarios(*record["scenarios"])
    return {name: found[name] for name in record["only"]}


def stay_one(me: int) -> None:
    """End a process that a submission forked off and that came back into our code as if it were process `me`."""
    if getpid() != me:
        leave(0)


def threads() -> int:
    """How many threads this process has, not only those that Python knows."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except PermissionError:  # Landlock stands
        return len(os.listdir(landlock.TASKS))  # noqa: PTH208


def has_company() -> bool:
    """Whether this process has threads, or children that it started."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        with contextlib.suppress(OSError):  # unless it closed what tells of them
            return threads() > 1
    return True


def calm() -> None:
    """Take back what a submission may have set for the whole process, and let out what it printed. Its own handlers
    stay of what it may send itself, as an alarm."""
    sys.settrace(None)
    sys.setprofile(None)
    own = {number for number in TO_ITSELF if callable(signal.getsignal(number))}
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP} - own:
        ignored = number in (signal.SIGPIPE, signal.SIGXFSZ)  # as Python does: writing then raises an OSError
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN if ignored else signal.SIG_DFL)
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 0)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    flush()


def in_turn(wanted: Wanted, later: Later, look: Look, changed: Changed, tell: Tell) -> None:
    """Run the scenarios in this process, and those that come later, until one does not end in time."""
    following: Wanted | None = wanted
    while following is not None and tell_of(following, look, tell):
        tell({"done": True, **changed()})
        following = later()


def tell_of(wanted: Wanted, look: Look, tell: Tell) -> bool:
    """Run one scenario after another and tell of each; False if one did not end in time, which stops this."""
    me = getpid()
    for name, scene in wanted.items():
        bounds.scenario()
        told = look(name, scene)
        flush()
        stay_one(me)
        tell(told)
        if "timeout" in told["seen"]:
            return False
    return True


def in_forks(wanted: Wanted, run: Callable[..., None], out: int) -> None:
    """Run the scenarios in a fork of this process, and those after one that took the fork with it in another.

    A fork that is done goes on to those that come later. They come once: should it not end well then, whoever reads
    this starts again. This process tells of no scenario by name, only that the one whose turn it was ended so.
    """
    rest = wanted
    while True:
        told, end = in_fork(partial(run, rest), out)
        sweep()
        over = told > len(rest) or not rest
        if told != len(rest) and (end or not told):
            say(out, {"ended": end or Seen(killed="exit code 0")})
            told += 1
        if over:
            return
        rest = dict(list(rest.items())[told:])


def in_fork(work: Callable[..., None], out: int) -> tuple[int, Seen | None]:
    """Do some work in a fork and pass on its lines; how many there were, and what ended it if it did not."""
    ours, its = (end.detach() for end in socket.socketpair())
    try:
        pid = fork()
    except OSError:  # loading left as many processes behind as there may be
        sweep()
        pid = fork()
    if pid == 0:
        close(ours)
        close(out)
        try:
            begin_anew()
            channel.use(its)
            work(tell=partial(say_and_wait, its))
            leave(0)
        except BaseException:
            traceback.print_exc()
        finally:
            leave(1)
    close(its)
    ended = os.pidfd_open(pid)
    try:
        return pass_on(ours, ended, pid, out)
    finally:
        close(ended)
        close(ours)


def pass_on(ours: int, ended: int, pid: int, out: int) -> tuple[int, Seen | None]:
    """Pass on the lines of process `pid` until it ends; it is killed when one takes too long, or grows too long."""
    told, line, deadline = 0, b"", clock() + limits.SCENARIO_WALL
    while True:
        ready, _, _ = wait_for([ours, ended], [], [], max(deadline - clock(), 0.0))
        part = read(ours, 1 << 20) if ours in ready else b""
        line += part
        if not ready or len(line) > limits.LINE:
            kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return told, Seen(killed=TOO_MUCH) if ready else Seen(timeout=SCENARIO_SECONDS)
        if line.endswith(b"\n"):
            write_all(out, line)
            passed = line.count(b"\n") - line.count(STRANGER)
            write_all(ours, b"." * passed)
            told += passed
            line, deadline = b"", clock() + limits.SCENARIO_WALL
        elif not part and ended in ready:
            return told, ending(pid)


def ending(pid: int) -> Seen | None:
    """How a process ended, None if it ended well."""
    _, status, usage = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    late = usage.ru_utime + usage.ru_stime >= SCENARIO_SECONDS
    if code == -signal.SIGXCPU or (code == -signal.SIGKILL and late):
        return Seen(timeout=SCENARIO_SECONDS)
    return Seen(killed=f"signal {-code}" if code < 0 else f"exit code {code}") if code else None


def sweep() -> None:
    """End whatever a scenario left running; the walls keep the signal from reaching further than that."""
    with contextlib.suppress(OSError):  # there is none
        kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def say(out: int, record: Mapping[str, object]) -> None:
    """Write one line."""
    write_all(out, encode(record).encode() + b"\n")


def say_and_wait(out: int, record: Mapping[str, object]) -> None:
    """Write one line, and go on once it was passed on: behind Landlock alone, the next scenario could end the
    process above it, and the line with that."""
    say(out, record)
    wait_for([out], [], [])  # first, for a submission may have made it a descriptor on which no read waits
    if not read(out, 1):
        leave(1)


def tell_of_stranger(name: str) -> None:
    """Write a line, wherever this process writes, about strange code that is about to be run. Where that is closed,
    or something else by now, it is not run."""
    if not channel.stands():
        leave(1)
    say(channel.out, {"strangers": [name]})


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, however many calls it takes."""
    view = memoryview(data)
    while view:
        view = view[write(descriptor, view) :]
