"""Outside the box: the plain way, one spawned subprocess without fork or walls, for Windows and macOS too."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any

from grader.box.job import Job, Loading, Observation, Seen

START_SECONDS = 120.0  # of wall time, to import torch on a slow disk
LOADING_SECONDS = 180.0  # of wall time, to load a submission: three times its share of CPU time
SCENARIO_SECONDS = 60.0  # of wall time: generous, so that a busy machine costs nobody points
WALLS = "none: the submission ran as an ordinary program on this machine"


class PlainBox:
    """Runs each job in a fresh subprocess; a scenario that hangs or dies costs itself only."""

    walls = WALLS

    def __enter__(self) -> PlainBox:
        return self

    def __exit__(self, *exc: object) -> None:
        return None

    def observe(self, job: Job) -> Observation:
        """Run a job; start again with the remaining scenarios after one that hung or died."""
        seen: dict[str, Seen] = {}
        while True:
            run = Run(job, seen)
            run.follow()
            rest = tuple(name for name in run.names if name not in seen)
            if run.loading["status"] != "loaded" or not rest:
                return Observation(
                    walls=WALLS, loading=run.loading, scenarios=seen, signs=[], printed=run.printed
                )
            job = replace(job, only=rest)


class Run:
    """One subprocess, from its start to its end, whatever ends it."""

    def __init__(self, job: Job, seen: dict[str, Seen]) -> None:
        self.job, self.seen = job, seen
        self.names: list[str] = []
        self.loading = Loading(status="killed", reason=None, skipped=[], undefined=[])
        self.printed = ""

    def follow(self) -> None:
        """Start the observer, read its lines until it is done, and note what stopped it if it is not."""
        with tempfile.TemporaryFile() as prints, observer(self.job, prints) as (process, lines):
            stop = self.read(lines)
            if stop == "ended":
                stop = ending(process.wait())
            self.note(stop)
            prints.seek(0)
            self.printed = prints.read(10_000).decode("utf-8", "replace")

    def read(self, lines: queue.Queue[str]) -> str:
        """Take in the protocol's lines; return "done", "timeout" or "ended"."""
        seconds = START_SECONDS
        while True:
            try:
                line = lines.get(timeout=seconds)
            except queue.Empty:
                return "timeout"
            if not line:
                return "ended"
            record: dict[str, Any] = json.loads(line)
            if "scenarios" in record:
                self.names, seconds = record["scenarios"], LOADING_SECONDS
            elif "loading" in record:
                self.loading, seconds = record["loading"], SCENARIO_SECONDS
            elif "scenario" in record:
                self.seen[record["scenario"]] = record["seen"]
            else:
                return "done"

    def note(self, stop: str) -> None:
        """Write down what kept the run from its end, at the scenario (or the loading) where it stopped."""
        if stop == "done":
            return
        if not self.names:
            raise RuntimeError(f"The observer could not start: {stop}. {self.printed}")
        if self.loading["status"] != "loaded":
            self.loading["status"] = "timeout" if stop == "timeout" else "killed"
            self.loading["reason"] = "Loading the file never ended." if stop == "timeout" else stop
            return
        name = next(name for name in self.names if name not in self.seen)
        self.seen[name] = Seen(timeout=SCENARIO_SECONDS) if stop == "timeout" else Seen(killed=stop)


def ending(code: int) -> str:
    """How a process ended, in words."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


@contextlib.contextmanager
def observer(job: Job, prints: IO[bytes]) -> Iterator[tuple[subprocess.Popen[str], queue.Queue[str]]]:
    """A running observer and the lines it says, the empty string at its end; killed on the way out."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader.box.observer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=prints,
        text=True,
        encoding="utf-8",
        env=environment(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=pass_on, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(job.to_json() + "\n")
            process.stdin.close()
        yield process, lines
    finally:
        process.kill()
        process.wait()
        reader.join(timeout=5)


def pass_on(stream: IO[str], lines: queue.Queue[str]) -> None:
    """Move lines from a pipe to a queue, which can be waited on with a time limit on every system."""
    for line in stream:
        lines.put(line)
    lines.put("")


def environment() -> dict[str, str]:
    """The observer's environment: no GPU, one thread, no window, nothing else changed."""
    return os.environ | {
        "CUDA_VISIBLE_DEVICES": "",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
