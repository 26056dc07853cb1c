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
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from json import JSONEncoder
from pathlib import Path

from grader.box import bounds, limits
from grader.box.job import Job, Seen
from grader.box.limits import SCENARIO_SECONDS
from grader.box.loader import load
from grader.box.observer import Scenario, lay_out, observe
from grader.box.signs import signs


class Encoder(JSONEncoder):
    """JSON's own, as it is now."""

    encode, iterencode = JSONEncoder.encode, JSONEncoder.iterencode


# What is needed after the submission has been loaded, as it was before
fork, kill, read, write, close, leave = os.fork, os.kill, os.read, os.write, os.close, os._exit
encode, decode = Encoder(allow_nan=False).encode, json.loads
clock = time.monotonic


def attend(job: Job, wanted: Mapping[str, Scenario], scratch: Path, out: int) -> None:
    """Load a submission and run each scenario in a fork; tell of each on the descriptor `out`.

    A process with threads is not forked, for a fork leaves them behind: it runs one scenario itself and ends,
    and whoever reads this starts again with the rest.
    """
    say(out, {"signs": signs(job)})
    lay_out(job, scratch)
    module, loading = load(job, scratch)
    say(out, {"loading": loading})
    if loading["status"] == "loaded":
        calm()
        if threads() > 1:
            for name in list(wanted)[:1]:
                say(out, {"scenario": name, "seen": observe(name, wanted[name], module, job.seed)})
        else:
            for name, scenario in wanted.items():
                say(out, {"scenario": name, "seen": apart(partial(observe, name, scenario, module, job.seed), out)})
                sweep()
    say(out, {"done": True})


def threads() -> int:
    """How many threads this process has, not only those that Python knows."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208


def calm() -> None:
    """Take back what a submission may have set for the whole process, and let out what it printed."""
    sys.settrace(None)
    sys.setprofile(None)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        ignored = number in (signal.SIGPIPE, signal.SIGXFSZ)  # as Python does: writing then raises an OSError
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN if ignored else signal.SIG_DFL)
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 0)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    flush()


def apart(look: Callable[[], Seen], out: int) -> Seen:
    """Look in a fork of this process; what was seen, or what ended it."""
    ours, its = os.pipe()
    pid = fork()
    if pid == 0:
        close(ours)
        close(out)
        bounds.scenario()
        try:
            seen = look()
            flush()
            say(its, seen)
        except BaseException:
            traceback.print_exc()
        finally:
            leave(1)
    close(its)
    told = hear(ours, pid)
    close(ours)
    return told


def hear(source: int, pid: int) -> Seen:
    """What process `pid` says in its one line; it is killed if it has not ended within its time."""
    ended, line, deadline = os.pidfd_open(pid), b"", clock() + limits.SCENARIO_WALL
    try:
        while not line.endswith(b"\n") and len(line) <= limits.LINE:
            ready, _, _ = select.select([source, ended], [], [], max(deadline - clock(), 0.0))
            if not ready:
                kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return Seen(timeout=SCENARIO_SECONDS)
            if source in ready:
                part = read(source, 1 << 20)
                line += part
                if part:
                    continue
            return ending(pid)
    finally:
        close(ended)
    kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    if len(line) > limits.LINE:
        return Seen(killed="it returned more than a check can look at")
    try:
        seen: Seen = decode(line)
    except ValueError:
        return Seen(killed="it wrote on the observer's own channel")
    return seen


def ending(pid: int) -> Seen:
    """How a process ended that said nothing."""
    _, status, usage = os.wait4(pid, 0)
    if usage.ru_utime + usage.ru_stime >= SCENARIO_SECONDS:
        return Seen(timeout=SCENARIO_SECONDS)
    code = os.waitstatus_to_exitcode(status)
    return Seen(killed=f"signal {-code}" if code < 0 else f"exit code {code}")


def sweep() -> None:
    """End whatever a scenario left running. As process 1 of its namespace, this process is spared."""
    with contextlib.suppress(ProcessLookupError):
        kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def flush() -> None:
    """Let out what was printed; a submission may have put anything in the place of its streams."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def say(out: int, record: Mapping[str, object]) -> None:
    """Write one line."""
    write_all(out, encode(record).encode() + b"\n")


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, however many calls it takes."""
    view = memoryview(data)
    while view:
        view = view[write(descriptor, view) :]
