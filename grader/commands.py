"""The commands: `python -m grader check ex3`, and for teachers grade, judge, audit, record and box."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from grader.box import BoxError
from grader.exercise import Exercise, KitError, exercise, exercises

if TYPE_CHECKING:
    from grader.course import Show
    from grader.report.tally import Tally
    from grader.workers import Crew

PASSED, FAILED, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130
ONE_PRESS = 1.0  # seconds within which a second Ctrl-C is still the first


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except (KitError, BoxError) as error:
        return complain(error)
    except OSError as error:
        return complain(
            OSError(f"This machine did not let the command go on: {error}. Mend this, and run it again.")
        )
    except KeyboardInterrupt:  # of what has nothing else to say of it
        sentence = "Stopped. The same command begins anew, or goes on from what is kept."
        stop(lambda: print(sentence, file=sys.stderr))
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
    command.add_argument("submissions", help="holds one folder for each student")
    command.add_argument("out", help="where results go; what stands there already is not done again")
    command.add_argument("--exercises", nargs="*", default=[], help="grade these alone: ex2 ex3")
    command.add_argument("--workers", type=count, default=0, help="students at a time; one for each core if 0")
    command.add_argument("--scheduler", help="a Dask scheduler whose workers run the code: tcp://host:8786")
    command.set_defaults(command=run_grade)

    command = commands.add_parser("judge", help="judge again what `grade` saw, after a change of a rubric or check")
    command.add_argument("out", help="where `grade` wrote")
    command.add_argument("--exercises", nargs="*", default=[], help="these alone; those graded last if left out")
    command.set_defaults(command=run_judge)

    command = commands.add_parser("audit", help="let the kit check itself")
    command.set_defaults(command=run_audit)

    command = commands.add_parser("record", help="observe the references anew for `make check`")
    command.add_argument("exercises", nargs="*", help="all of them if left out")
    command.set_defaults(command=run_record)

    command = commands.add_parser("box", help="say which walls this machine offers for students' code")
    command.set_defaults(command=run_box)
    return top


def chosen(names: Sequence[str]) -> list[Exercise]:
    """The exercises of these names, or all, in the order of their names."""
    return [exercise(name) for name in sorted(set(names))] if names else exercises()


def count(text: str) -> int:
    """A number that is not negative, of an option."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers")
    return int(text)


def complain(error: Exception) -> int:
    """Say why a command could not run; a name of a student's making may stand in it."""
    from grader.report.plain import printable

    print(printable(str(error), kept="\n"), file=sys.stderr)
    return COULD_NOT_RUN


def hear_once() -> None:
    """Let a Ctrl-C that comes twice, as some programs between a terminal and this one pass it on, be one: the
    second would meet whatever the first has begun to clear away. Whoever has it hear none is left to that."""
    last = -ONE_PRESS

    def heard(*_: object) -> None:
        nonlocal last
        if time.monotonic() - last >= ONE_PRESS:
            last = time.monotonic()
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, heard)


def hear_signals() -> None:
    """Hear what whoever started this may have it, and all that it starts, block or ignore: that the time is up for
    a student's statement, and the end of a process, for which bubblewrap would wait for ever."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def stop(say: Callable[[], None]) -> NoReturn:
    """End on a Ctrl-C, with a word about it, and at once: an ordinary end waits for the code of students that still
    runs. From here on a Ctrl-C is nothing new."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        say()
        sys.stderr.flush()
    finally:
        os._exit(INTERRUPTED)


def run_check(options: argparse.Namespace) -> int:
    """Check one exercise or all and print the reports."""
    from grader.checking import CheckError, check

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
    from grader import course, workers

    if not options.submissions or not options.out:
        return complain(ValueError("Say what to grade: make grade SUBMISSIONS=inbox OUT=graded"))
    items = chosen(options.exercises)
    without_walls = os.environ.get("BOX") == "none"
    crew = workers.cluster(options.scheduler) if options.scheduler else workers.local(options.workers)
    return run_course(
        crew,
        lambda crew, show: course.grade(
            Path(options.submissions), Path(options.out), items, crew, show, without_walls=without_walls
        ),
    )


def run_judge(options: argparse.Namespace) -> int:
    """Judge kept facts anew and print the summary."""
    from grader import course, ledger, workers

    if not options.out:
        return complain(ValueError("Say where the facts are: make judge OUT=graded"))
    out = Path(options.out)
    items = chosen(options.exercises or ledger.last_exercises(out))
    return run_course(workers.local(1), lambda crew, show: course.judge_again(out, items, crew, show))


def run_course(crew: AbstractContextManager[Crew], run: Callable[[Crew, Show], Tally]) -> int:
    """Run a course, show how far it has come and how it ended."""
    from grader.course import CourseError
    from grader.report.progress import Progress
    from grader.submission import SubmissionsError
    from grader.workers import NoWorkersError

    progress = Progress()
    try:
        with crew as workers, progress:
            tally = run(workers, progress.show)
    except (CourseError, SubmissionsError, NoWorkersError) as error:
        return complain(error)
    except KeyboardInterrupt:
        stop(progress.interrupted)
    progress.ended(tally)
    return COULD_NOT_RUN if tally.faults else PASSED


def run_audit(_: argparse.Namespace) -> int:
    """Print every fault of the kit and what to do about it."""
    from grader.audit import audit
    from grader.workers import NoWorkersError

    try:
        faults = list(audit(exercises()))
    except NoWorkersError as error:
        return complain(error)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults in {len(exercises())} exercises." if faults else "The kit is in order.")
    return FAILED if faults else PASSED


def run_record(options: argparse.Namespace) -> int:
    """Write `recorded.json` anew."""
    from grader.recording import record
    from grader.workers import NoWorkersError, local, side_by_side

    try:
        with local() as executor:
            for item in chosen(options.exercises):
                record(item, side_by_side(executor))
    except NoWorkersError as error:
        return complain(error)
    return PASSED


def run_box(_: argparse.Namespace) -> int:
    """Print the walls, layer by layer."""
    from grader.box.walls import report

    print(report())
    return PASSED
