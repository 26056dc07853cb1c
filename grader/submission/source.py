"""What a student handed in for one exercise, as one plain value: a source, or missing, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A student's file for one exercise, as text; nothing of it was run or parsed as Python.

    `path` is relative to the student's folder, as handed in: "ex3/gradient_accumulation.py"; it may hold
    characters that can't be printed. `script` is False for a notebook. A script has one cell. A notebook has its
    code cells in order: magics and shell lines do nothing, and the kit's own test cells are empty, so that the
    numbers of cells and lines are those that the student sees. `files` are the student's own modules and data
    beside the file: path relative to the file's folder -> content, capped in number and size. `notes` say in
    plain words for the student what was understood. `passed_over` are the numbers of cells that a magic hands to
    something else than Python. `unplaced` are other files that may be meant for the exercise.
    """

    path: str
    script: bool
    cells: tuple[str, ...]
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    passed_over: tuple[int, ...] = ()
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """No file for the exercise; the reason lists what was there instead, `unplaced` as in a Source."""

    reason: str
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A file that can't be judged as it is; the reason says what to do."""

    reason: str


Submission = Source | Missing | Refused


class SubmissionsError(Exception):
    """The folder of submissions is not one folder for each student; the text says what to do."""


class UnreadableError(Exception):
    """Why a file or folder can't be read; the text goes on after its name: "is a link, not a file. ..."."""


def escaped(name: str) -> str:
    """A name that is safe to print: line ends, control characters and undecodable bytes are spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def quoted(names: Sequence[str], most: int = 10) -> str:
    """Names safe to print, in quotes, joined by commas; those beyond `most` are only counted."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"'{escaped(name)}'" for name in names[:most]) + more
