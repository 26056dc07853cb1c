"""The ledger of a run: what OUT holds already, so that a second run does only what is missing or has changed.

`facts/<student>.json` holds a student's records, each with the digest of what it was made from. `.ledger.json`
holds, for each student whose result is written, the digest of all that it depends on, and that of what was written.
What anybody else wrote here is not taken for ours: it is made anew. As why to look at somebody's work stands in
the book, too, nobody but the teacher may read it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from filelock import FileLock, Timeout

from grader import sealed
from grader.record import Record
from grader.results import UNFINISHED, Result
from grader.submission.disk import passed_over

PAGES = (("results", ".json"), ("feedback", ".md"), ("teacher", ".md"))  # of each student, made from the facts
FILES = (*PAGES, ("facts", ".json"))
PRIVATE = ("facts", "teacher", ".references")  # nobody but the teacher may look into these rooms

LOCK = ".lock"
SUMMARY = "summary"  # beside the students' pages for the teacher: none of them may be called so


class LedgerError(Exception):
    """OUT cannot be used; the text says why and what to do."""


class Entry(TypedDict):
    """One student whose result is written."""

    digest: str  # of all that the result depends on
    files: str  # the digest of what was written
    look: list[str]  # why the teacher may want to look at the work


class Ledger:
    """What stands under OUT."""

    def __init__(self, out: Path) -> None:
        self.out = out
        book = sealed.read(out / ".ledger.json") or {}
        self.exercises: list[str] = book.get("exercises", [])  # of the last run
        self.entries: dict[str, Entry] = book.get("students", {})
        self.gone: list[str] = book.get("gone", [])  # who is known, and had no folder in the last run
        self.loose: list[str] = book.get("loose", [])  # what lay beside the folders
        self.unseen: dict[str, str] = book.get("unseen", {})  # of whom there are no facts of today's work, and why

    def path(self, room: str, student: str, ending: str) -> Path:
        """A student's file in one of the rooms of OUT."""
        return self.out / room / f"{student}{ending}"

    def finished(self, student: str, digest: str) -> Result | None:
        """A result of an earlier run, if it was made from the same things and all of it is there as it was written.

        A run that stopped may have written files that are newer than their entry.
        """
        entry = self.entries.get(student)
        return self.result(student) if entry and entry["digest"] == digest else None

    def result(self, student: str) -> Result | None:
        """A student's result, None if there is none, or if anything of it is not as it was written."""
        entry, contents = self.entries.get(student), self.contents(student)
        if not entry or not contents or entry["files"] != digest_of(contents):
            return None
        kept: Result = json.loads(contents[0])
        return kept

    def files(self, student: str) -> str:
        """The digest of all that is written of a student."""
        return digest_of(self.contents(student))

    def contents(self, student: str) -> list[bytes]:
        """What is written of a student, nothing if something is missing."""
        try:
            return [self.path(room, student, ending).read_bytes() for room, ending in FILES]
        except OSError:
            return []

    def students(self) -> list[str]:
        """Everyone who is known and whose folder was there in the last run, by name."""
        return sorted(self.known() - set(self.gone))

    def known(self) -> set[str]:
        """Everyone of whom there are records or pages, or of whom there should be."""
        kept = {path.stem for path in (self.out / "facts").glob("*.json") if not passed_over(path.name)}
        return kept | self.entries.keys() | self.unseen.keys()

    def call(self, names: Collection[str], loose: Sequence[str]) -> None:
        """Note whose folders are there, and what lies beside them: who else is known is gone."""
        self.unseen = {student: why for student, why in self.unseen.items() if student in names}
        self.gone, self.loose = sorted(self.known().difference(names)), list(loose)
        self.write()

    def records(self, student: str) -> dict[str, Record]:
        """A student's records of earlier runs, by exercise."""
        return sealed.read_if_possible(self.path("facts", student, ".json")) or {}

    def keep(self, student: str, records: Mapping[str, Record]) -> None:
        """Keep a student's records, of today's work; those of exercises that are not graded now stay, unless newer
        work of theirs may have been missed."""
        before = {} if self.unseen.pop(student, None) else self.records(student)
        if (whole := before | dict(records)) != before:
            sealed.write(self.path("facts", student, ".json"), whole)

    def finish(self, exercises: Sequence[str], entries: Mapping[str, Entry]) -> None:
        """Note that these students' results are written."""
        self.exercises = list(exercises)
        self.entries |= entries
        self.write()

    def miss(self, student: str, why: str) -> None:
        """Take away what is written of a student whose work could not be seen: records may be of an older one."""
        self.unseen[student] = why
        self.forget(student)

    def lose(self, student: str, why: str) -> None:
        """Note that a student's work could not be seen, and let what is written of the student stay."""
        self.unseen[student] = why
        self.write()

    def forget(self, student: str) -> None:
        """Take away what is written of a student: it was made from something else than what is there now."""
        self.entries.pop(student, None)
        self.write()
        for room, ending in PAGES:
            with contextlib.suppress(OSError):  # a name too long for a file has none
                self.path(room, student, ending).unlink(missing_ok=True)

    def write(self) -> None:
        """Write the book."""
        book = {
            "exercises": self.exercises,
            "students": self.entries,
            "gone": self.gone,
            "loose": self.loose,
            "unseen": self.unseen,
        }
        sealed.write(self.out / ".ledger.json", book)


def digest_of(contents: Iterable[bytes]) -> str:
    """One digest of some files."""
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()


def last_exercises(out: Path) -> list[str]:
    """The names of the exercises that the last run graded; empty if there was none that can be read."""
    try:
        return Ledger(out).exercises
    except OSError:
        return []


@contextmanager
def opened(out: Path) -> Iterator[Ledger]:
    """The ledger of OUT, for one run at a time. LedgerError if OUT is in use or cannot be written to."""
    try:
        make_rooms(out)
        lock = FileLock(out / LOCK, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout as error:
        raise LedgerError(f"Another run is writing to {out}. Wait for it to end, or choose another OUT.") from error
    except OSError as error:
        raise LedgerError(f"Results cannot be written to {out}: {error.strerror}. Choose another OUT.") from error
    with lock:
        tidy(out)
        try:
            kept = Ledger(out)
        except OSError as error:
            raise LedgerError(
                f"What {out} holds cannot be read: {error}. Mend it, or choose another OUT."
            ) from error
        yield kept


def make_rooms(out: Path) -> None:
    """Make OUT and the teacher's rooms in it, closed to others: in a copy of OUT they may have been open. The lock
    as well, if it is there: who can open it can hold it."""
    out.mkdir(parents=True, exist_ok=True)
    for room in PRIVATE:
        (out / room).mkdir(mode=0o700, exist_ok=True)
    for name, mode in (*((room, 0o700) for room in PRIVATE), (LOCK, 0o600)):
        with contextlib.suppress(OSError):  # there is none, or it is on a stick, whose file system knows no modes
            (out / name).chmod(mode)


def tidy(out: Path) -> None:
    """Clear away what a run that was killed had begun to write. What else lies under OUT is somebody's."""
    try:
        rooms = [out, *(out / room for room in {*PRIVATE, *(room for room, _ in FILES)})]
        for path in [path for room in rooms for path in room.glob(f"{UNFINISHED}[0-9]*") if path.is_file()]:
            path.unlink()
    except OSError as error:
        raise LedgerError(f"Results cannot be written to {out}: {error.strerror}. Choose another OUT.") from error
