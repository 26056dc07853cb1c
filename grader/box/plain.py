"""Outside the box: the plain way, one spawned subprocess without fork or walls, for Windows and macOS too."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO

from grader.box import BoxError, limits
from grader.box.account import Account, observation
from grader.box.follow import Lines, Prints, Stage
from grader.box.gpu import UNSEEN, with_gpu
from grader.box.job import Job, Observation, Seen

TICK = 0.5  # seconds between two looks at whether the process still lives


class PlainBox:
    """Runs each job in a fresh subprocess; a scenario that hangs or dies costs itself only."""

    kind = "none"
    walls = "none: the submission ran as an ordinary program on this machine"

    def __init__(self, gpu: bool = False) -> None:
        self.gpu = gpu

    def __enter__(self) -> PlainBox:
        return self

    def __exit__(self, *exc: object) -> None:
        return None

    def observe(self, job: Job) -> Observation:
        """Run a job; BoxError if the observer cannot start."""
        seen = observation(job, self.walls, self.run)
        return seen if self.gpu else with_gpu(job, seen, PlainBox(gpu=True).observe)

    def run(self, account: Account) -> None:
        """One subprocess, from its start to its end, whatever ends it."""
        lines: queue.Queue[bytes] = queue.Queue()
        with observer(account, lines.put, self.gpu) as process:
            how = follow(account, lines, process)
        if not account.texts:
            words = account.printed.decode("utf-8", "replace").strip()
            raise BoxError(f"The observer could not start ({how}). It said: {words}")
        account.stopped(how)


def follow(account: Account, lines: queue.Queue[bytes], process: subprocess.Popen[bytes]) -> Seen:
    """Take in lines until there are no more; how the process ended."""
    take, stage = Lines(account), Stage(account)
    while stage.left() and not account.done:
        gone = process.poll() is not None
        try:
            data = lines.get(timeout=min(TICK, stage.left()))
        except queue.Empty:
            data = b""
        if data:
            take.feed(data)
        elif gone:  # and has nothing more to say, even if something that it started holds its end of the pipe
            return stage.ending(ending(process.returncode))
    stage.end()
    return stage.ending("")


def ending(code: int) -> str:
    """How a process ended, in words."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


@contextlib.contextmanager
def observer(account: Account, put: Callable[[bytes], object], gpu: bool) -> Iterator[subprocess.Popen[bytes]]:
    """A running observer, what it says and prints being read; killed on the way out, and its group with it."""
    command = [sys.executable, "-m", "grader.box.observer"]
    pipe = subprocess.PIPE
    account.begin(len(account.job.scenarios))
    job = replace(account.job, only=account.rest or account.job.only)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(gpu, home), start_new_session=True
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        assert process.stderr
        readers = [
            threading.Thread(target=drain, args=(process.stdout, put), daemon=True),
            threading.Thread(target=drain, args=(process.stderr, Prints(account).feed), daemon=True),
        ]
        for reader in readers:
            reader.start()
        try:
            with contextlib.suppress(OSError):  # it ended at once: that is told at its end
                process.stdin.write(job.to_json().encode() + b"\n")
                process.stdin.flush()
            yield process
        finally:
            kill(process)
            for reader in readers:
                reader.join(timeout=5)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where there are process groups, what it left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def drain(stream: IO[bytes], feed: Callable[[bytes], object]) -> None:
    """Read a pipe to its end, in a thread: that can be waited for on every system."""
    with contextlib.suppress(ValueError, OSError):  # closed while it was read, when the observer was given up
        while data := os.read(stream.fileno(), 1 << 16):
            feed(data)


def environment(gpu: bool, home: str) -> dict[str, str]:
    """The observer's environment: no GPU unless asked for, one thread, no window; it leaves nothing behind, even
    if it is killed, for its temporary files lie in `home`. Nothing else is changed."""
    extra = {} if gpu else UNSEEN
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), home)
    own = {"MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1", "TORCHDYNAMO_DISABLE": "1"}  # as behind walls
    return os.environ | limits.ONE_THREAD | extra | places | own
