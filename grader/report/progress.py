"""What `make grade` shows while it runs: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Column

from grader.report.plain import one_line
from grader.report.summary import bands, in_words, table
from grader.report.tally import Tally

BETWEEN_LINES = 10.0  # seconds, in a log
NAMED = 3  # students under way who are named
BAR = 20  # characters
REST = Column(ratio=1, no_wrap=True, overflow="ellipsis")  # what does not fit the line is cut, not the counts


class Log(Console):
    """A console that is silent once nobody reads it any more; rich's own would end the run."""

    def on_broken_pipe(self) -> None:
        """Say no more."""
        self.quiet = True


class Progress:
    """Shows a tally as it grows; use it in a `with` block."""

    def __init__(self, console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console or Log(stderr=True)
        self.clock = clock
        self.began = clock()
        self.said = clock()
        self.tally: Tally | None = None
        self.bar = Bar(
            TextColumn("grading"), BarColumn(BAR), MofNCompleteColumn(),
            TextColumn("{task.description}", table_column=REST),
            console=self.console, disable=not self.console.is_terminal, expand=True,
        )  # fmt: skip
        self.task = self.bar.add_task("", total=None)

    def __enter__(self) -> Progress:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def show(self, tally: Tally) -> None:
        """Draw the bar anew, or, in a log, say a line now and then. A log that cannot be written stops no run."""
        self.tally = tally
        with contextlib.suppress(OSError):
            self.draw(tally)

    def draw(self, tally: Tally) -> None:
        """Draw, or say, how far a run has come."""
        words = ". ".join(part for part in (self.pace(tally), self.now(tally), self.scores(tally)) if part)
        self.bar.update(self.task, total=tally.students, completed=len(tally.through), description=escape(words))
        if not self.console.is_terminal and self.clock() - self.said >= BETWEEN_LINES:
            self.said = self.clock()
            self.console.print(f"{len(tally.through)} of {tally.students}. {escape(words)}", soft_wrap=True)

    def ended(self, tally: Tally) -> None:
        """Print the summary of a run that came to its end."""
        self.console.print(table(tally), end="")
        self.console.print(escape(in_words(tally)), soft_wrap=True)

    def interrupted(self) -> None:
        """Say what was done of a run that was stopped, and how to go on."""
        done = (
            f"{self.tally.graded} of {self.tally.students} students have a result"
            if self.tally
            else "Nothing is done"
        )
        self.console.print(
            f"Stopped. {done}. What was seen of others is kept: the same command goes on from there.",
            soft_wrap=True,
        )

    def pace(self, tally: Tally) -> str:
        """Students a minute, and the time that those who are left will take."""
        minutes = (self.clock() - self.began) / 60
        if not tally.observed or minutes <= 0:
            return ""  # nothing that takes time was done yet
        rate = tally.observed / minutes
        left = (tally.students - len(tally.through)) / rate
        return f"{rate:.0f} a minute, {clock_time(left * 60)} left"

    def now(self, tally: Tally) -> str:
        """Who is being graded."""
        names = list(tally.under_way)[:NAMED]
        return f"now {', '.join(map(one_line, names))}" if names else ""

    def scores(self, tally: Tally) -> str:
        """The scores so far."""
        return bands(tally) if tally.graded else ""


def clock_time(seconds: float) -> str:
    """Minutes and seconds, "2:05"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
