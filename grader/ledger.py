"""The ledger of a run: what OUT holds already, so that a second run does only what is missing or has changed.

`facts/<student>.json` holds a student's records, each with the digest of what it was made from. `.ledger.json`
holds one digest for each student whose result is written: of the submission, the scenarios and the checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from grader.record import Record
from grader.results import Result, to_json, write_whole


class LedgerError(Exception):
    """OUT cannot be used; the text says why and what to do."""


class Ledger:
    """What stands under OUT."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.finished: dict[str, str] = self._read(out / ".ledger.json") or {}

    def path(self, room: str, student: str, ending: str) -> Path:
        """A student's file in one of the rooms of OUT."""
        return self.out / room / f"{student}{ending}"

    def result(self, student: str, digest: str) -> Result | None:
        """A result of an earlier run, if it was made from the same things and is all there."""
        pages = [self.path("feedback", student, ".md"), self.path("teacher", student, ".md")]
        if self.finished.get(student) != digest or not all(page.exists() for page in pages):
            return None
        kept: Result | None = self._read(self.path("results", student, ".json"))
        return kept

    def records(self, student: str) -> dict[str, Record]:
        """A student's records of earlier runs, by exercise."""
        return self._read(self.path("facts", student, ".json")) or {}

    def keep(self, student: str, records: Mapping[str, Record]) -> None:
        """Keep a student's records; those of exercises that are not graded now stay."""
        whole = self.records(student) | dict(records)
        write_whole(self.path("facts", student, ".json"), json.dumps(whole, allow_nan=False) + "\n")

    def finish(self, digests: Mapping[str, str]) -> None:
        """Note that these students' results are written."""
        self.finished |= digests
        write_whole(self.out / ".ledger.json", to_json(self.finished))

    @staticmethod
    def _read(path: Path) -> Any:
        """A JSON file of ours, None where it is not there."""
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@contextmanager
def opened(out: Path) -> Iterator[Ledger]:
    """The ledger of OUT, for one run at a time. LedgerError if OUT is in use or cannot be written to."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise LedgerError(f"Another run is writing to {out}. Wait for it to end, or choose another OUT.") from error
    except OSError as error:
        raise LedgerError(f"Results cannot be written to {out}: {error.strerror}. Choose another OUT.") from error
    with lock:
        yield Ledger(out)
