"""The kit's own figures: each is one run of a command, as a teacher runs it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import ROOT
from tests.benchmarks.work import Programs, hand_in


@dataclass(frozen=True)
class Ran:
    """What a command took."""

    seconds: float
    cpu: float  # seconds, of the command and everything that came from it
    grader: float  # seconds of CPU time, of the grader's own process alone
    grader_memory: float  # MB, at most
    first_result: float  # seconds until there was one; 0 if nobody waited for it


def grade(inbox: Path, out: Path, workers: int) -> Ran:
    """Grade a class."""
    return measured(["grade", str(inbox), str(out), "--workers", str(workers)], out / "results")


def judge(out: Path) -> Ran:
    """Judge a class again."""
    return measured(["judge", str(out)])


def measured(words: Sequence[str], first: Path | None = None) -> Ran:
    """Run a command, and look when the first file appears in a folder."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "assignments")])
    before, began, seen = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0.0
    report = "import resource, sys; from grader.__main__ import main; status = main(sys.argv[1:]); "
    report += "usage = resource.getrusage(resource.RUSAGE_SELF); "
    report += "print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss); sys.exit(status)"
    process = subprocess.Popen(
        [sys.executable, "-c", report, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    while first and not seen and process.poll() is None:
        time.sleep(0.02)
        if first.is_dir() and any(first.glob("*.json")):
            seen = time.monotonic() - began
    told, errors = process.communicate()
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(f"grader {' '.join(words)} ended with {process.returncode}: {errors[-3000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    own, memory = told.split()
    return Ran(seconds, cpu, float(own), int(memory) / 1024, seen)


def worker_memory() -> float:
    """MB that the largest process of all runs so far held: a worker's, with a student's code in it."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


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
