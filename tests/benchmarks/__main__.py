"""Measure, and print a table whose last line is the comparison with nbgrader.

    python -m tests.benchmarks [STUDENTS] [BESIDE] [MANY]

STUDENTS are graded by the kit (150), BESIDE by nbgrader (5), and MANY have facts that are judged again (500; memory
is measured with four times as many).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import beside, kit
from tests.benchmarks.kit import Ran
from tests.benchmarks.work import FIVE, a_class, hand_in

Row = tuple[str, str, str]  # what is measured, the figure, what it has to be


def main(students: str = "150", others: str = "5", many: str = "500") -> None:
    """Measure everything in a folder that is gone afterwards."""
    console = Console(width=100)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        measure(Path(folder), console, int(students), int(others), int(many))


def measure(root: Path, console: Console, students: int, others: int, many: int) -> None:
    """Measure, and print as the figures come."""
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: a busy machine gives worse figures")
    programs = a_class(students)
    inbox = hand_in(root / "inbox", programs)
    theirs = beside.submissions_a_minute(root / "nbgrader", dict(list(programs.items())[:others]))
    two = kit.grade(inbox, root / "two", 2)
    one = kit.grade(inbox, root / "one", 1)
    warm = kit.scenarios(root, programs)
    ours = students * len(FIVE) / two.seconds * 60
    rows = [
        ("nbgrader autograde, submissions a minute", f"{theirs:.1f}", ""),
        ("the kit, two workers, submissions a minute", f"{ours:.0f}", ""),
        ("two workers against one", f"{one.seconds / two.seconds:.2f}x", "1.8x or more"),
        ("CPU of a student's scenarios, warm", f"{warm / students:.2f} s", ""),
        ("CPU of a student on top of that", f"{(one.cpu - warm) / students:.2f} s", "0.8 s or less"),
        ("start to first result", f"{two.first_result:.1f} s", "under 6 s"),
        ("largest process of a worker", f"{max(one.worker_memory, two.worker_memory):.0f} MB", "700 MB or less"),
        *after_the_first_run(root, programs, many),
    ]
    console.print(table(rows))
    draw(console, one, warm, students)
    console.print(f"against nbgrader: {ours / theirs:.1f}x")


def after_the_first_run(root: Path, programs: dict[str, kit.Programs], many: int) -> list[Row]:
    """What is kept of a first run, judged again and left as it is."""
    facts = root / "two" / "facts"
    small_inbox, small_out = kit.many(root, programs, facts, 50)
    small = kit.grade(small_inbox, small_out, 2)
    inbox, out = kit.many(root, programs, facts, many)
    kit.grade(inbox, out, 2)
    unchanged = kit.grade(inbox, out, 2)
    judged = kit.judge(out)
    large_inbox, large_out = kit.many(root, programs, facts, 4 * many)
    large = kit.grade(large_inbox, large_out, 2)
    return [
        (f"a second run over {many} unchanged students", f"{unchanged.seconds:.1f} s", "under 3 s for 500"),
        (f"judging {many} students again", f"{judged.seconds:.1f} s", "under 30 s for 500"),
        ("memory of the grader, 50 students", f"{small.grader_memory:.0f} MB", ""),
        (f"memory of the grader, {4 * many} students", f"{large.grader_memory:.0f} MB", "flat"),
    ]


def table(rows: list[Row]) -> Table:
    """The figures, beside what they have to be."""
    made = Table("what", "measured", "has to be", title="Grading ex1 to ex5", title_justify="left")
    for row in rows:
        made.add_row(*row)
    return made


def draw(console: Console, one: Ran, warm: float, students: int) -> None:
    """Draw where the CPU time of a student goes."""
    parts = {"scenarios": warm, "box and forks": one.boxes - warm, "judge and files": one.grader}
    for name, seconds in parts.items():
        bar = "█" * round(50 * seconds / one.cpu)
        console.print(f"{name:16} {bar} {seconds / students:.2f} s of CPU for a student")


if __name__ == "__main__":
    main(*sys.argv[1:])
