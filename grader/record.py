"""The record of one submission for one exercise: how it was found and what was seen of it, kept under `facts/`.

A record is all that judging needs, so a changed rubric is judged again without running anybody's code again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from grader import submission
from grader.box.job import Job, Observation, Seen
from grader.exercise import Exercise
from grader.judge import Facts, Verdict
from grader.results import ExerciseResult, ExerciseStatus, exercise_result
from grader.submission import Missing, Refused, Source, Submission
from grader.wording import known_error

UNWRITTEN = "The file is still the stub: nothing has been written yet."


class Record(TypedDict):
    """One exercise of one student."""

    status: ExerciseStatus
    reason: str | None
    file: str | None
    notes: list[str]
    observation: Observation | None


def find(folder: Path, exercise: Exercise) -> Submission:
    """What a student's folder holds for an exercise."""
    return submission.find(folder, exercise.id, exercise.module, exercise.stub.text)


def is_untouched(source: Source, exercise: Exercise) -> bool:
    """Whether a student handed in the stub as it was."""
    return submission.is_untouched(source, exercise.stub.text)


def of(found: Submission, observation: Observation | None) -> Record:
    """The record of what was found and, if there was code to run, what was seen of it."""
    if isinstance(found, Missing):
        return Record(status="missing", reason=found.reason, file=None, notes=[], observation=None)
    if isinstance(found, Refused):
        return Record(status="refused", reason=found.reason, file=None, notes=[], observation=None)
    status, reason = status_of(observation) if observation else ("not-started", UNWRITTEN)
    skipped = observation["loading"]["skipped"] if observation else []
    notes = [f"{item['where']} was skipped: {skip_words(item['error'])}" for item in skipped]
    return Record(
        status=status,
        reason=reason,
        file=found.path,
        notes=[*found.notes, *notes],
        observation=observation,
    )


def job(source: Source, exercise: Exercise, scenarios: tuple[tuple[str, str], ...]) -> Job:
    """A submission made ready for the box."""
    return Job(
        exercise=exercise.id,
        module=exercise.module,
        names=exercise.stub.names,
        script=source.script,
        cells=source.cells,
        files=source.files,
        scenarios=scenarios,
    )


def skip_words(error: str) -> str:
    """Why a statement was skipped; "timeout" is ours, every other name an error's class."""
    return "it took too long to run while the file was loaded" if error == "timeout" else known_error(error)


def status_of(observation: Observation) -> tuple[ExerciseStatus, str | None]:
    """The status of a submission that was run, and the reason where it is not "graded"."""
    loading = observation["loading"]
    if loading["status"] != "loaded":
        return loading["status"], loading["reason"]
    seen = [item for item in observation["scenarios"].values() if "skipped" not in item]
    if seen and all(is_unwritten(item) for item in seen):
        return "not-started", UNWRITTEN
    if seen and all("timeout" in item for item in seen):
        return "timeout", "Every part of the exercise was stopped by the time limit."
    if seen and all("killed" in item for item in seen):
        return "killed", "The process that ran the code died in every part of the exercise."
    return "graded", None


def is_unwritten(seen: Seen) -> bool:
    """Whether a scenario met the stub's NotImplementedError."""
    return seen.get("error", {}).get("type") == "NotImplementedError"


def facts(record: Record) -> Facts:
    """What there is to judge; nothing where nothing was observed."""
    return record["observation"]["scenarios"] if record["observation"] else {}


def result_of(record: Record, exercise: Exercise, verdicts: Sequence[Verdict]) -> ExerciseResult:
    """The exercise's part of a student's result."""
    return exercise_result(
        exercise,
        record["status"],
        file=record["file"],
        reason=record["reason"],
        notes=record["notes"],
        verdicts=verdicts,
    )
