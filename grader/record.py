"""The record of one submission for one exercise: how it was found and what was seen of it, kept under `facts/`.

A record is all that judging needs, so a changed rubric is judged again without running anybody's code again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from grader import digests, submission
from grader.box.job import OUT_OF_MEMORY, PYTHON, Job, Observation, Seen, Skipped
from grader.box.signs import suspicious
from grader.doubt import in_doubt, is_cut_short, loading_is_cut_short, merged
from grader.exercise import Exercise
from grader.judge import Facts, Verdict
from grader.results import ExerciseResult, ExerciseStatus, exercise_result
from grader.submission import Missing, Refused, Source, Submission
from grader.submission.source import escaped
from grader.wording import known_error, known_place, published_reason

UNWRITTEN = (
    "Nothing has been written yet: the file is the stub, or every part of it ends with a NotImplementedError, as "
    "the stub does."
)
PASSED_OVER = (
    "Nothing has been written yet in a cell that is run; the notes say which cells were passed over, and why. "
    "Write the code in plain cells."
)
TRIED_AGAIN = "A part of your code did not come to its end, nor when it was tried once more on its own."


class Record(TypedDict):
    """One exercise of one student."""

    submission: str  # the digest of what was handed in
    scenarios: str  # the digest of what it was run under: scenarios, box, lecture, libraries
    tries: int  # how often it was run; twice where a part of the first run is in doubt
    status: ExerciseStatus
    reason: str | None
    file: str | None
    notes: list[str]
    unplaced: list[str]  # files that may be the work as well, though no name says so
    observation: Observation | None


def find(folder: Path, exercise: Exercise) -> Submission:
    """What a student's folder holds for an exercise."""
    return submission.find(folder, exercise.id, exercise.module, exercise.stub.text)


def is_of(record: Record, found: Submission, exercise: Exercise) -> bool:
    """Whether a record was made of this submission, under the scenarios of today."""
    return record["submission"] == digests.of_submission(found) and is_of_today(record, exercise)


def is_of_today(record: Record, exercise: Exercise) -> bool:
    """Whether a record was made under the scenarios of today."""
    return record["scenarios"] == digests.of_scenarios(exercise)


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
        submission=digests.of_submission(found),
        scenarios=digests.of_scenarios(exercise),
        tries=1,
        status="not-started",
        reason=UNWRITTEN,
        file=None,
        notes=[],
        unplaced=[],
        observation=observation,
    )
    if isinstance(found, Source):
        kept["file"], kept["notes"] = escaped(found.path), list(found.notes)
    else:
        kept["status"] = "missing" if isinstance(found, Missing) else "refused"
        kept["reason"] = found.reason
    if observation:
        kept["status"], kept["reason"] = status_of(observation)
        kept["notes"] += [skip_note(item) for item in observation["loading"]["skipped"]]
    if kept["reason"] == UNWRITTEN and isinstance(found, Source) and found.passed_over:
        kept["reason"] = PASSED_OVER
    if not isinstance(found, Refused):
        kept["unplaced"] = list(found.unplaced)
    return kept


def of_both(found: Submission, exercise: Exercise, first: Observation, second: Observation) -> Record:
    """The record after a second look at what was in doubt; what counts is what was seen then."""
    kept = of(found, exercise, merged(first, second))
    kept["tries"] = 2
    if was_cut_short(kept):
        kept["notes"].append(TRIED_AGAIN)
    return kept


def to_be_tried_again(record: Record) -> tuple[str, ...] | None:
    """The scenarios that are in doubt for the first time, () for all; None if there is nothing to try again."""
    return in_doubt(record["observation"]) if record["tries"] == 1 and record["observation"] else None


def is_in_doubt(record: Record) -> bool:
    """Whether a part of what was seen may have come from outside, and not from the work."""
    return record["observation"] is not None and in_doubt(record["observation"]) is not None


def was_cut_short(record: Record) -> bool:
    """Whether the loading or a scenario did not come to its end."""
    seen = record["observation"]
    return seen is not None and (
        loading_is_cut_short(seen["loading"]) or any(map(is_cut_short, seen["scenarios"].values()))
    )


def skip_note(item: Skipped) -> str:
    """What a student is told of a statement that was skipped; "timeout" is ours, another name an error's class.

    What is no Python here may be some in a newer one.
    """
    why = "it took too long" if item["error"] == "timeout" else known_error(item["error"])
    version = f" in {PYTHON}" if why == "SyntaxError" else ""
    return f"{known_place(item['where'])} was skipped: {why}{version}"


def status_of(observation: Observation) -> tuple[ExerciseStatus, str | None]:
    """The status of a submission that was run, and the reason where it is not "graded"."""
    loading = observation["loading"]
    if loading["status"] != "loaded":
        return loading["status"], loading["reason"]
    seen = [item for item in observation["scenarios"].values() if "skipped" not in item]
    if seen and all(is_unwritten(item) for item in seen):
        return "not-started", UNWRITTEN
    if any("facts" in item or "error" in item for item in seen):
        return "graded", None
    if all(item.get("killed") == OUT_OF_MEMORY for item in seen):
        return "out-of-memory", "Every part of the exercise took more memory than there is."
    if all("killed" in item for item in seen):
        return "killed", "The process that ran the code died in every part of the exercise."
    return "timeout", "Every part of the exercise was stopped by the time limit."


def is_unwritten(seen: Seen) -> bool:
    """Whether a scenario met the stub's NotImplementedError."""
    return seen.get("error", {}).get("type") == "NotImplementedError"


def suspicions(record: Record) -> list[str]:
    """The signs of tampering in what was seen."""
    seen = record["observation"]
    return suspicious(seen["signs"]) if seen else []


def walls(record: Record) -> str | None:
    """What stood between the submission and the machine while it ran; None if it was not run."""
    return record["observation"]["walls"] if record["observation"] else None


def facts(record: Record) -> Facts:
    """What there is to judge; nothing where nothing was observed."""
    return record["observation"]["scenarios"] if record["observation"] else {}


def result_of(record: Record, exercise: Exercise, verdicts: Sequence[Verdict]) -> ExerciseResult:
    """The exercise's part of a student's result."""
    reason = record["reason"]
    if record["observation"] and record["status"] != "graded":
        reason = published_reason(record["status"], reason or "")
    return exercise_result(
        exercise,
        record["status"],
        file=record["file"],
        reason=reason,
        notes=record["notes"],
        walls=walls(record),
        verdicts=verdicts,
    )
