"""The result of a student, as the contract's JSON has it, made from a submission's record and its verdicts."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict

from grader import wording
from grader.exercise import Exercise
from grader.judge import Verdict
from grader.report.plain import printable

UNFINISHED = ".writing-"  # what the name of a file that is not whole yet begins with
EVERYONE, OWNER = 0o666, 0o600  # who may read a file, as far as the umask of whoever runs the kit allows it

DELETE = 0x7F  # which JSON takes for an ordinary character
SPECIAL = re.compile(r"[^ -~\n]")
OF_NAMES = (errno.EILSEQ, errno.EINVAL, errno.ENAMETOOLONG)  # what a file system says of one that it does not take

ExerciseStatus = Literal[
    "graded", "not-started", "missing", "import-error", "refused", "timeout", "out-of-memory", "killed"
]


class CheckResult(TypedDict):
    """One row of a rubric in a student's result."""

    id: str
    points: float
    earned: float
    visible: bool
    status: str
    message: str
    hint: str
    misconception: str | None


class ExerciseResult(TypedDict):
    """One exercise in a student's result."""

    score: float
    max_score: float
    status: ExerciseStatus
    file: str | None
    reason: str | None
    notes: list[str]
    walls: str | None  # what stood between the submission and the machine while it ran; None if it was not run
    checks: list[CheckResult]


class Result(TypedDict):
    """`results/<student>.json`."""

    student: str
    score: float
    max_score: float
    exercises: dict[str, ExerciseResult]


def check_result(verdict: Verdict) -> CheckResult:
    """A verdict as it is handed back."""
    return CheckResult(
        id=verdict.check.id,
        points=verdict.check.points,
        earned=verdict.earned,
        visible=verdict.check.visible,
        status=verdict.status,
        message=wording.published(verdict),
        hint=wording.hint(verdict),
        misconception=verdict.mistake.id if verdict.mistake else None,
    )


def exercise_result(
    exercise: Exercise,
    status: ExerciseStatus,
    *,
    file: str | None = None,
    reason: str | None = None,
    notes: Sequence[str] = (),
    walls: str | None = None,
    verdicts: Sequence[Verdict] = (),
) -> ExerciseResult:
    """The result of one exercise; every status but "graded" comes with a reason and without points."""
    checks = [check_result(verdict) for verdict in verdicts] if status == "graded" else []
    return ExerciseResult(
        score=sum((check["earned"] for check in checks), 0.0),
        max_score=exercise.max_score,
        status=status,
        file=file,
        reason=reason,
        notes=list(notes),
        walls=walls,
        checks=checks,
    )


def result(student: str, exercises: dict[str, ExerciseResult]) -> Result:
    """A student's whole result."""
    return Result(
        student=student,
        score=sum((item["score"] for item in exercises.values()), 0.0),
        max_score=sum(item["max_score"] for item in exercises.values()),
        exercises=exercises,
    )


def to_json(record: Any) -> str:
    """JSON as every file of a run is written: the same record gives the same bytes. What cannot be printed is
    spelled out, for a text of a student's is in it, and files are shown on terminals."""
    written = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    return SPECIAL.sub(spelled_out, written) + "\n"


def spelled_out(found: re.Match[str]) -> str:
    """A character as JSON spells it, if it cannot be printed."""
    character = found[0]
    if character.isprintable():
        return character
    return json.dumps(character)[1:-1] if ord(character) > DELETE else f"\\u{DELETE:04x}"


class WriteError(Exception):
    """A file could not be written; what stood there before still stands."""


class NameRefusedError(Exception):
    """A disk takes no file of this name; nothing was written."""


def write_whole(path: Path, text: str, mode: int = EVERYONE) -> None:
    """Write a file whole or not at all: it appears under its name only when it is complete and on the disk. It has
    its mode before it has a byte, whatever the mode of the file that it takes the place of.

    Raises NameRefusedError if the disk takes no such name, WriteError if it can't be written, say to a full one.
    """

    def made(name: str, flags: int) -> int:
        return os.open(name, flags, mode)

    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(unfinished, "w", encoding="utf-8", errors="backslashreplace", newline="\n", opener=made) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        if error.filename2 and error.errno in OF_NAMES:  # its own, not that of the unfinished one
            raise NameRefusedError(
                f"The disk of OUT takes no file named {printable(path.name)}. Rename the folder."
            ) from error
        raise WriteError(f"{printable(str(path))} could not be written: {error.strerror}.") from error
