"""The lines of a run, in whatever parts they come, and however many."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import pytest

from grader.box import limits
from grader.box.account import STRANGE, Account
from grader.box.follow import Lines, follow
from tests.box.runs import LOADED, saw, told


def test_more_lines_than_an_observer_says_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOLD", 100_000)
    account = told(LOADED)
    lines = Lines(account)
    while lines.feed(b"[]\n" * 10_000):
        assert lines.room < limits.TOLD
    assert not lines.feed(json.dumps(saw("first", facts={})).encode() + b"\n")
    assert account.seen == {}


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_lines_come_in_any_parts_and_a_long_one_is_cut(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE", 20)
    taken: list[bytes] = []
    monkeypatch.setattr(Account, "take", lambda _, line: taken.append(line))
    text = b"one\n\n" + b"x" * 50 + b"\nlast\nrest"
    lines = Lines(told())
    for start in range(0, len(text), size):
        assert lines.feed(text[start : start + size])
    assert taken == [b"one", b"", b"x" * 21, b"last"]
    assert lines.pending == b"rest"


def test_lines_without_end_take_no_time_of_the_graders() -> None:
    account = told()
    lines = Lines(account)
    began = time.process_time()
    for _ in range(64):  # each line was taken, for a minute
        lines.feed(b"\n" * (1 << 18))
    assert time.process_time() - began < 0.5
    assert account.signs == [STRANGE]
    assert not lines.feed(json.dumps(saw("first", facts={})).encode() + b"\n")


class Running:
    """A run that ends once its prints were read."""

    def __init__(self, end: int) -> None:
        self.end = end

    def fileno(self) -> int:
        """Where the word of the end comes."""
        return self.end

    def hear(self, _: float) -> dict[str, Any]:
        """The word."""
        return {"ended": "exit code 0"}

    def end_run(self) -> None:
        """Never asked for here."""
        raise AssertionError

    def go_on(self) -> None:
        """Nothing is due."""


@pytest.mark.skipif(sys.platform != "linux", reason="there are no pipes of packets")
def test_who_prints_byte_by_byte_is_read_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TURNS", 5)
    end, word = os.pipe()
    lines, their_lines = os.pipe()
    prints, their_prints = os.pipe2(os.O_DIRECT)  # each write is a packet, which takes a turn to read
    for _ in range(12):
        os.write(their_prints, b"x")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            os.write(word, b"x")

    monkeypatch.setattr(time, "sleep", pause)
    account, running = told({"begun": True}), Running(end)
    with open(lines, "rb", buffering=0) as heard, open(prints, "rb", buffering=0) as printed:  # noqa: PTH123
        assert follow(account, heard, printed, running, running) == {"killed": "exit code 0"}
    assert (pauses, account.printed) == ([limits.TURN_SECONDS] * 3, b"x" * 12)
    for descriptor in (end, word, their_lines, their_prints):
        os.close(descriptor)


def test_a_long_line_that_comes_byte_by_byte_takes_no_time_of_the_graders() -> None:
    lines = Lines(told())
    lines.feed(b"x" * (limits.LINE // 2))
    began = time.process_time()
    for _ in range(2000):  # each copied the whole line: 2 s
        lines.feed(b"x")
    assert time.process_time() - began < 0.5
