"""nbgrader's autograde with the kit as its judge, beside nbgrader's own, on the same notebooks.

    python -m tests.benchmarks.hub [STUDENTS]

Each student hands in the five exercises; with 6, the default, that is 30 notebooks.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from grader.hub.course import nbgrader, write_course
from tests.benchmarks import beside
from tests.benchmarks.work import FIVE, Programs, a_class
from tests.hub.course import Course


def main(students: str = "6") -> None:
    """Measure both in a folder that is gone afterwards, and print a line for each."""
    programs = a_class(int(students))
    count = len(programs) * len(FIVE)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: a busy machine gives worse figures")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        ours = seconds(Path(folder) / "ours", programs)
        print(f"nbgrader autograde with the kit: {count} notebooks in {ours:.0f} s")
        theirs = count * 60 / beside.submissions_a_minute(Path(folder) / "theirs", programs)
        print(f"nbgrader autograde without it:   {count} notebooks in {theirs:.0f} s")
    print(f"against nbgrader: {theirs / ours:.1f}x")


def seconds(root: Path, programs: Mapping[str, Programs]) -> float:
    """How long nbgrader takes to autograde a class with the kit. RuntimeError if it leaves a notebook out."""
    write_course(root, FIVE)
    for item in FIVE:
        course = Course(root, item)
        for student, own in programs.items():
            course.hand_in(student, course.solved(own[item.id]))
    began = time.monotonic()
    for item in FIVE:
        nbgrader(root, "autograde", item.id)
    took = time.monotonic() - began
    graded = list((root / "autograded").glob("*/*/*.ipynb"))
    if len(graded) != len(programs) * len(FIVE):
        raise RuntimeError(f"nbgrader graded {len(graded)} notebooks.")
    return took


if __name__ == "__main__":
    main(*sys.argv[1:])
