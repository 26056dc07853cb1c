"""The commands: `python -m grader check ex3`, and for teachers grade, audit, record and box."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.exercise import Exercise, ExerciseError, exercise, exercises

PASSED, FAILED, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except ExerciseError as error:
        return complain(error)
    return status


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m grader", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("check", help="check your own solution of one exercise, or of all")
    command.add_argument("exercise", nargs="?", help="ex1, ex2, ...; all of them if left out")
    command.add_argument("file", nargs="?", type=Path, help="a .py or .ipynb file; your file in assignments/")
    command.set_defaults(command=run_check)

    command = commands.add_parser("grade", help="grade a folder of submissions, one folder for each student")
    command.add_argument("submissions", type=Path)
    command.add_argument("out", type=Path)
    command.add_argument("--exercises", nargs="*", default=[], help="grade these alone: ex2 ex3")
    command.add_argument("--workers", type=int, default=0, help="students at a time; one for each core if 0")
    command.add_argument("--scheduler", help="a Dask scheduler whose workers run the code: tcp://host:8786")
    command.set_defaults(command=run_grade)

    command = commands.add_parser("audit", help="let the kit check itself")
    command.set_defaults(command=run_audit)

    command = commands.add_parser("record", help="observe the references anew for `make check`")
    command.add_argument("exercises", nargs="*", help="all of them if left out")
    command.set_defaults(command=run_record)

    command = commands.add_parser("box", help="say which walls this machine offers for students' code")
    command.set_defaults(command=run_box)
    return top


def chosen(names: Sequence[str]) -> list[Exercise]:
    """The exercises of these names, or all."""
    return [exercise(name) for name in names] if names else exercises()


def complain(error: Exception) -> int:
    """Say why a command could not run."""
    print(error, file=sys.stderr)
    return COULD_NOT_RUN


def run_check(options: argparse.Namespace) -> int:
    """Check one exercise or all and print the reports."""
    from grader.check import CheckError, check

    items = chosen([options.exercise] if options.exercise else [])
    try:
        reports = check(items, options.file)
    except CheckError as error:
        return complain(error)
    from rich.console import Console

    from grader.report.terminal import show

    show(reports, Console())
    return PASSED if all(report.passed for report in reports) else FAILED


def run_grade(options: argparse.Namespace) -> int:
    """Grade a folder and print the summary."""
    from grader import workers
    from grader.course import CourseError, grade
    from grader.report.summary import Progress
    from grader.submission import SubmissionsError

    crew = workers.cluster(options.scheduler) if options.scheduler else workers.local(options.workers)
    try:
        with crew as executor, Progress() as progress:
            grade(options.submissions, options.out, chosen(options.exercises), executor, progress)
    except (CourseError, SubmissionsError) as error:
        return complain(error)
    except KeyboardInterrupt:
        print("Stopped. What was graded is kept: the same command goes on from there.", file=sys.stderr)
        return INTERRUPTED
    return PASSED


def run_audit(_: argparse.Namespace) -> int:
    """Print every fault of the kit and what to do about it."""
    from grader.audit import audit

    faults = list(audit(exercises()))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults in {len(exercises())} exercises." if faults else "The kit is in order.")
    return FAILED if faults else PASSED


def run_record(options: argparse.Namespace) -> int:
    """Write `recorded.json` anew."""
    from grader.recording import record
    from grader.workers import local, side_by_side

    with local() as executor:
        for item in chosen(options.exercises):
            record(item, side_by_side(executor))
    return PASSED


def run_box(_: argparse.Namespace) -> int:
    """Print the walls, layer by layer."""
    from grader.box.walls import report

    print(report())
    return PASSED


if __name__ == "__main__":
    sys.exit(main())
