"""What `make check` prints: a table of the visible checks, then what went wrong and what to reread."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape as without_markup
from rich.table import Table

from grader import wording
from grader.checking import Report
from grader.judge import Verdict
from grader.report.plain import printable

MARKS = {
    "passed": "[green]passed[/]",
    "failed": "[red]failed[/]",
    "error": "[red]error[/]",
    "timeout": "[red]too slow[/]",
    "killed": "[red]died[/]",
    "skipped": "[dim]skipped[/]",
}

BEGIN = "Not started yet. The task is in assignments/{id}/README.md;\nwrite your code in assignments/{id}/{file}."


def show(reports: Sequence[Report], console: Console, begin: str = BEGIN) -> None:
    """Print the reports, one after another; `begin` says where to write what is not started."""
    for report in reports:
        show_one(report, console, begin)
    if any(report.without_walls for report in reports):
        console.print("[dim]No box on this machine: your code ran as an ordinary program.[/]")


def show_one(report: Report, console: Console, begin: str) -> None:
    """Print one exercise: heading, notes, table, messages, points."""
    exercise, record = report.exercise, report.record
    console.print(f"\n[bold]{exercise.id}  {escape(exercise.title)}[/]")
    for note in record["notes"]:
        console.print(f"[yellow]note:[/] {escape(note)}")
    if record["status"] == "graded":
        console.print(table(report.verdicts))
        told: set[str] = set()
        for verdict in report.verdicts:
            explain(verdict, told, console)
        total(report, console)
    elif record["status"] == "not-started":
        console.print(begin.format(id=exercise.id, file=exercise.stub.name))
    else:
        console.print(f"[red]{record['status']}[/]: {escape(record['reason'] or '')}")


def escape(text: str) -> str:
    """A text for the terminal, which is told nothing by it: a teacher may check a file of somebody else's."""
    return without_markup(printable(text, kept="\n"))


def table(verdicts: Sequence[Verdict]) -> Table:
    """The visible rows: what was checked, how it ended, the points."""
    rows = Table("check", "what it looks at", "result", "points", title_justify="left")
    rows.columns[3].justify = "right"
    for verdict in verdicts:
        check = verdict.check
        points = f"{verdict.earned:g} of {check.points:g}" if check.points else ""
        rows.add_row(check.id, escape(check.meaning), MARKS[verdict.status], points)
    return rows


def explain(verdict: Verdict, told: set[str], console: Console) -> None:
    """Print what a check saw and what to reread, if it did not pass; a mistake's own words once for all checks."""
    if verdict.status == "passed":
        return
    mistake = verdict.mistake
    if mistake and mistake.id in told:
        console.print(f"[bold]{verdict.check.id}[/]: {escape(wording.observed_in_full(verdict))}")
        console.print(f"  [cyan]mistake:[/] {mistake.id}, as above")
        return
    console.print(f"[bold]{verdict.check.id}[/]: {escape(wording.in_full(verdict))}")
    if mistake:
        told.add(mistake.id)
        console.print(f"  [cyan]mistake:[/] {mistake.id}")
    if hint := wording.hint(verdict):
        console.print(f"  [cyan]hint:[/] {escape(hint)}")


def total(report: Report, console: Console) -> None:
    """Print the points so far, and how many the hidden checks will decide."""
    earned = sum(verdict.earned for verdict in report.verdicts)
    possible = sum(verdict.check.points for verdict in report.verdicts)
    console.print(f"[bold]{earned:g} of {possible:g}[/] points from the visible checks.")
    hidden = sum(check.points for check in report.exercise.checks if not check.visible)
    if hidden:
        console.print(f"{hidden:g} more points are decided by hidden checks when the work is graded.")
