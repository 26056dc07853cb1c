"""What the scenarios cost alone: a class's programs, observed in this one warm process, without box or forks."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path

from grader.box.job import Job
from grader.box.loader import load
from grader.box.observer import chosen, observe
from grader.box.texts import scenarios
from grader.exercise import exercise


def main(file: str) -> None:
    """Print the seconds of CPU time that the programs in a file take, the first of them left out as a warm-up."""
    programs = json.loads(Path(file).read_text(encoding="utf-8"))
    seconds = [cost(own) for own in [programs[0], *programs]]
    print(json.dumps(sum(seconds[1:])))


def cost(programs: dict[str, str]) -> float:
    """The CPU time of one student's programs under all scenarios."""
    before = cpu()
    for name, text in programs.items():
        item = exercise(name)
        job = Job(name, item.module, item.stub.names, True, (text,), item.all_scenarios())
        found = {title: scene for text in job.scenarios for title, scene in scenarios(*text).items()}
        with tempfile.TemporaryDirectory() as folder:
            module, _ = load(job, Path(folder))
            for title, scenario in chosen(found, ()).items():
                observe(title, scenario, module, job.seed)
    return cpu() - before


def cpu() -> float:
    """Seconds of CPU time that this process has used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(sys.argv[1])
