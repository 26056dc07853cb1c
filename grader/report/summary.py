"""What `make grade` shows: a bar while it runs, a table of all exercises at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from grader.results import Result


class Progress:
    """The bar of one run, and the summary of its results; use it in a `with` block."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.bar = Bar(*columns, console=self.console)
        self.task = self.bar.add_task("preparing the references", total=None)
        self.statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self.scores: dict[str, list[float]] = defaultdict(list)

    def __enter__(self) -> Progress:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()
        if error is None:
            self.console.print(self.table())

    def start(self, students: int) -> None:
        """So many students will be graded."""
        self.bar.update(self.task, total=students, description="grading")

    def observed(self, student: str) -> None:
        """A student's code has been run."""
        self.bar.update(self.task, advance=1, description=f"grading {student!r}")

    def finished(self, result: Result) -> None:
        """A student's result has been written."""
        for name, part in result["exercises"].items():
            self.statuses[name][part["status"]] += 1
            self.scores[name].append(part["score"])

    def table(self) -> Table:
        """For each exercise: how many students of each status, and the mean score."""
        kinds = sorted({kind for counter in self.statuses.values() for kind in counter})
        table = Table("exercise", *kinds, "mean score", title="Graded", title_justify="left")
        for name, counter in self.statuses.items():
            counts = [str(counter[kind]) for kind in kinds]
            table.add_row(name, *counts, f"{mean(self.scores[name]):.1f}")
        return table
