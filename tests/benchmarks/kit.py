"""The kit's own figures: each is one run of a command, as a teacher runs it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import ROOT
from tests.benchmarks.work import Programs, hand_in
from tests.processes import descendants

LOOKS = 0.5  # seconds between two looks at what a run uses: looking takes CPU time as well


@dataclass(frozen=True)
class Ran:
    """What a command took."""

    seconds: float
    grader: float  # seconds of CPU time, of the grader's own process
    boxes: float  # seconds of CPU time, of all processes of its workers
    grader_memory: float  # MB, at most
    worker_memory: float  # MB, of the largest process of a worker
    first_result: float  # seconds until there was one; 0 if nobody waited for it

    @property
    def cpu(self) -> float:
        """Seconds of CPU time, of everything."""
        return self.grader + self.boxes


def grade(inbox: Path, out: Path, workers: int) -> Ran:
    """Grade a class."""
    return measured(["grade", str(inbox), str(out), "--workers", str(workers)], out / "results")


def judge(out: Path) -> Ran:
    """Judge a class again."""
    return measured(["judge", str(out)])


def measured(words: Sequence[str], first: Path | None = None) -> Ran:
    """Run a command to its end, and watch what it uses and when the first file appears in a folder."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "assignments")])
    began, seen, most = time.monotonic(), 0.0, Used(0.0, 0.0)
    report = "import resource, sys; from grader.commands import main; status = main(sys.argv[1:]); "
    report += "usage = resource.getrusage(resource.RUSAGE_SELF); "
    report += "print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss); sys.exit(status)"
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", report, *words], stdout=subprocess.PIPE, stderr=errors, text=True,
            env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
        while process.poll() is None:
            if first and not seen:
                time.sleep(0.02)
                seen = time.monotonic() - began if any(first.glob("*.json")) else 0.0
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(LOOKS)
                most = most.most(used(descendants(process.pid)))
        seconds = time.monotonic() - began
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"grader {' '.join(words)} ended with {process.returncode}: {errors.read()[-3000:]}")
    told, _ = process.communicate()
    own, memory = map(float, told.split())
    return Ran(seconds, own, most.cpu, memory / 1024, most.memory, seen)


@dataclass(frozen=True)
class Used:
    """What some processes used, seen as they ran: bubblewrap does not hand on what its own have used."""

    cpu: float  # seconds of all together, of those that they waited for as well
    memory: float  # MB of the largest

    def most(self, other: Used) -> Used:
        """The larger figures."""
        return Used(max(self.cpu, other.cpu), max(self.memory, other.memory))


def used(pids: Sequence[int]) -> Used:
    """What processes used so far; nothing of one that has ended."""
    ticks, pages = 0, 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
        pages = max(pages, int(fields[21]))
    return Used(ticks / os.sysconf("SC_CLK_TCK"), pages * resource.getpagesize() / 1e6)


def scenarios(root: Path, programs: Mapping[str, Programs]) -> float:
    """Seconds of CPU time that the scenarios of a class take in one warm process."""
    file = root / "programs.json"
    file.write_text(json.dumps(list(programs.values())), encoding="utf-8")
    path = os.pathsep.join([str(ROOT), str(ROOT / "assignments")])
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.warm", str(file)], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"},
    )  # fmt: skip
    return float(ran.stdout.splitlines()[-1])


def many(root: Path, programs: Mapping[str, Programs], facts: Path, students: int) -> tuple[Path, Path]:
    """A class of many whose facts are kept already: the given students, over and over under other names."""
    inbox, out = root / f"inbox{students}", root / f"out{students}"
    names = list(programs)
    copies = {f"m{i:05}": names[i % len(names)] for i in range(students)}
    hand_in(inbox, {copy: programs[name] for copy, name in copies.items()})
    (out / "facts").mkdir(parents=True)
    shutil.copytree(facts.parent / ".references", out / ".references")
    for copy, name in copies.items():
        shutil.copy(facts / f"{name}.json", out / "facts" / f"{copy}.json")
    return inbox, out
