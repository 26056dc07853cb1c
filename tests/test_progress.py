"""What a teacher sees while a run goes on, and at its end."""

from __future__ import annotations

import errno
import io
import sys

import pytest
from rich.console import Console

from grader.exercise import Exercise
from grader.report.progress import Progress
from grader.report.summary import summary
from grader.report.tally import Tally
from grader.results import exercise_result, result


def finish(tally: Tally, toy: Exercise, student: str, look: list[str] | None = None) -> None:
    """One student's result is written."""
    tally.finished(result(student, {"ex6": exercise_result(toy, "missing", reason="Found nothing.")}), look or [])


def console(terminal: bool, width: int = 300) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=width)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_log_has_a_plain_line_now_and_then(toy: Exercise) -> None:
    now, log = [0.0], console(terminal=False)
    with Progress(log, lambda: now[0]) as progress:
        tally = Tally(40, progress.show)
        tally.began("ada")
        tally.began("b[bold]ob")
        for second in range(1, 31):
            now[0] = float(second)
            tally.began(f"s{second}")
            tally.ran(f"s{second}")
            tally.is_through(f"s{second}")
            finish(tally, toy, f"s{second}")
    lines = shown(log).splitlines()
    assert len(lines) == 3
    assert lines[-1] == (
        "29 of 40. 58 a minute, 0:11 left. now ada, b[bold]ob, s30. "
        "Scores: all points 0, 75 % or more 0, 50 % or more 0, less 0, none 29."
    )
    assert "\x1b" not in shown(log)


def test_a_log_that_cannot_be_written_stops_no_run(toy: Exercise) -> None:
    now, log = [0.0], Console(file=Full(), force_terminal=False, width=300)
    with Progress(log, lambda: now[0]) as progress:
        tally = Tally(2, progress.show)
        now[0] = 60.0
        tally.began("ada")
        tally.ran("ada")
        finish(tally, toy, "ada")
    assert tally.graded == 1


def test_a_log_that_nobody_reads_any_more_stops_no_run(toy: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Unread())
    now = [0.0]
    with Progress(clock=lambda: now[0]) as progress:
        tally = Tally(1, progress.show)
        now[0] = 60.0
        tally.began("ada")
        finish(tally, toy, "ada")
        progress.ended(tally)
        progress.interrupted()
    assert tally.graded == 1


class Unread(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, _: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


class Full(io.StringIO):
    """A file on a disk that is full."""

    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_terminal_has_a_bar_with_counts_rate_time_left_names_and_scores(toy: Exercise) -> None:
    now, screen = [0.0], console(terminal=True)
    with Progress(screen, lambda: now[0]) as progress:
        tally = Tally(4, progress.show)
        now[0] = 60.0
        for name in ("ada", "bob"):
            tally.began(name)
        tally.ran("ada")
        finish(tally, toy, "ada")
    parts = ("1/4", "1 a minute", "3:00 left", "now bob", "none 1")
    assert [part for part in parts if part not in shown(screen)] == []


def test_a_narrow_terminal_shows_the_counts_all_the_same(toy: Exercise) -> None:
    now, screen = [0.0], console(terminal=True, width=80)
    with Progress(screen, lambda: now[0]) as progress:
        tally = Tally(20, progress.show)
        now[0] = 60.0
        for number in range(9):
            finish(tally, toy, f"a-student-of-a-long-name-{number}")
            tally.began(f"another-student-{number}")
            tally.observed += 1
    last = next(line for line in reversed(shown(screen).splitlines()) if "minute" in line)
    assert [part for part in ("grading", "━", "9/20", "8 a minute", "…") if part not in last] == []


def test_a_summary_counts_each_status_and_lists_whom_to_look_at(toy: Exercise) -> None:
    tally = Tally(4, loose=["all.zip"])
    finish(tally, toy, "zoe", ["ex6: killed. It died."])
    finish(tally, toy, "ada", ["ex6: a sign of tampering, line 2: socket uses the network", "ex6: it hung"])
    finish(tally, toy, "bob")
    tally.fault("eve", "The box ended twice.")
    page = summary(tally)
    assert "3 of 4 students have a result" in page
    assert "| exercise | missing | mean |" in page
    assert "| ex6 | 3 | 0.0 |" in page
    lines = [line for line in page.splitlines() if line.startswith("- ")]
    assert lines == [
        "- eve: The box ended twice.",
        "- ada: ex6: a sign of tampering, line 2: socket uses the network",
        "- ada: ex6: it hung",
        "- zoe: ex6: killed. It died.",
        "- all.zip",
    ]


def test_an_end_is_printed_with_the_first_reasons_alone(toy: Exercise) -> None:
    log = console(terminal=False)
    tally = Tally(30)
    for number in range(30):
        finish(tally, toy, f"s{number:02}", ["ex6: it hung"])
    Progress(log).ended(tally)
    assert "- s19: ex6: it hung\n- and 10 more, in teacher/summary.md" in shown(log)


def test_an_interruption_says_what_is_done_and_how_to_go_on(toy: Exercise) -> None:
    log = console(terminal=False)
    with Progress(log) as progress:
        progress.interrupted()
        finish(Tally(3, progress.show), toy, "ada")
        progress.interrupted()
    assert "Nothing is done" in shown(log)
    assert "1 of 3 students have a result" in shown(log)
    assert "the same command goes on" in shown(log)
