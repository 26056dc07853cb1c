"""A fault of the kit: where it is, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.exercise import Exercise


@dataclass(frozen=True)
class Fault:
    """One line of the audit."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.mend}"


def place(exercise: Exercise, path: Path) -> str:
    """A path as the audit shows it, from the top of the kit."""
    return path.relative_to(exercise.root).as_posix()
