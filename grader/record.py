"""The record of one submission for one exercise: how it was found and what was seen of it, kept under `facts/`.

A record is all that judging needs, so a changed rubric is judged again without running anybody's code again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from grader import digests, submission
from grader.box.job import Job, Observation, Seen, Skipped
from grader.exercise import Exercise
from grader.judge import Facts, Verdict
from grader.results import ExerciseResult, ExerciseStatus, exercise_result
from grader.submission import Missing, Source, Submission
from grader.wording import known_error

UNWRITTEN = "The file is still the stub: nothing has been written yet."
TRIED_AGAIN = "A part of your code was stopped by the time limit. It was tried once more on its own."


class Record(TypedDict):
    """One exercise of one student."""

    made_from: str  # the digest of the submission, the scenarios and the libraries
    status: ExerciseStatus
    reason: str | None
    file: str | None
    notes: list[str]
    observation: Observation | None


def find(folder: Path, exercise: Exercise) -> Submission:
    """What a student's folder holds for an exercise."""
    return submission.find(folder, exercise.id, exercise.module, exercise.stub.text)


def made_from(found: Submission, exercise: Exercise) -> str:
    """The digest of all that a record depends on."""
    return digests.digest([digests.of_submission(found), digests.of_scenarios(exercise)])


def job(found: Submission, exercise: Exercise) -> Job | None:
    """A submission made ready for the box, under all scenarios; None if there is no code to run."""
    if not isinstance(found, Source) or submission.is_untouched(found, exercise.stub.text):
        return None
    return job_of(found, exercise, exercise.all_scenarios())


def job_of(source: Source, exercise: Exercise, scenarios: tuple[tuple[str, str], ...]) -> Job:
    """A source made ready for the box."""
    return Job(
        exercise=exercise.id,
        module=exercise.module,
        names=exercise.stub.names,
        script=source.script,
        cells=source.cells,
        files=source.files,
        scenarios=scenarios,
    )


def of(found: Submission, exercise: Exercise, observation: Observation | None) -> Record:
    """The record of what was found and, if there was code to run, what was seen of it."""
    kept = Record(
        made_from=made_from(found, exercise),
        status="not-started",
        reason=UNWRITTEN,
        file=None,
        notes=[],
        observation=observation,
    )
    if isinstance(found, Source):
        kept["file"], kept["notes"] = found.path, list(found.notes)
    else:
        kept["status"] = "missing" if isinstance(found, Missing) else "refused"
        kept["reason"] = found.reason
    if observation:
        kept["status"], kept["reason"] = status_of(observation)
        kept["notes"] += [skip_note(item) for item in observation["loading"]["skipped"]]
    return kept


def merged(first: Observation, second: Observation) -> Observation:
    """A second look at some scenarios in place of the first one."""
    whole = first.copy()
    whole["loading"] = second["loading"]
    whole["scenarios"] = first["scenarios"] | second["scenarios"]
    return whole


def skip_note(item: Skipped) -> str:
    """What a student is told of a statement that was skipped; "timeout" is ours, another name an error's class."""
    late = item["error"] == "timeout"
    return f"{item['where']} was skipped: {'it took too long' if late else known_error(item['error'])}"


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
