"""`make grade`: many students' submissions, observed side by side, judged together, written one by one.

Under OUT stand `results/` and `feedback/`, which may be given to the students, and `facts/` and `teacher/`,
which may not. Every file appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from grader import record
from grader.box.job import Job, Observation
from grader.exercise import Exercise
from grader.expected import Expected, observed
from grader.judge import Verdict, judge
from grader.record import Record
from grader.report.feedback import feedback, for_teacher
from grader.results import Result, result, to_json, write_whole
from grader.submission import Source, Submission, students
from grader.workers import Workers

JUDGED_TOGETHER = 50  # students: pytest's cost for each of them is small only in a crowd
UNDER_WAY = 16  # students handed to the workers at a time: memory stays flat however many there are

Records = dict[str, Record]  # exercise -> record, of one student


class CourseError(Exception):
    """A run could not go on; the text says why and what to do. What was written stays and is used again."""


class Progress(Protocol):
    """Whoever shows how far a run has come."""

    def start(self, students: int) -> None:
        """So many students will be graded."""

    def observed(self, student: str) -> None:
        """A student's code has been run."""

    def finished(self, result: Result) -> None:
        """A student's result has been written."""


@dataclass(frozen=True)
class Course:
    """What is graded, and where the results go."""

    exercises: Sequence[Exercise]
    out: Path

    def path(self, room: str, student: str, ending: str) -> Path:
        """A student's file in one of the rooms of OUT."""
        return self.out / room / f"{student}{ending}"


def grade(submissions: Path, out: Path, exercises: Sequence[Exercise], workers: int, progress: Progress) -> None:
    """Grade every student's folder under `submissions`.

    Raises SubmissionsError if there are no student folders, CourseError if OUT cannot be written to.
    """
    folders = students(submissions)
    course = Course(exercises, out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(
            f"Results could not be written to {out}: {error.strerror}. Choose another OUT."
        ) from error
    with Workers(workers) as crew:
        expected = {exercise.id: expected_facts(course, exercise, crew) for exercise in exercises}
        progress.start(len(folders))
        crowd: dict[str, Records] = {}
        for student, records in observe_all(course, folders, crew):
            progress.observed(student)
            crowd[student] = records
            if len(crowd) == JUDGED_TOGETHER:
                finish(course, crowd, expected, progress)
                crowd = {}
        finish(course, crowd, expected, progress)


def observe_all(course: Course, folders: Sequence[Path], crew: Workers) -> Iterator[tuple[str, Records]]:
    """Each student's records, as they come; `facts/` keeps them, and those kept from before are used again."""
    waiting: dict[Future[list[Observation]], tuple[Path, dict[str, Submission], str]] = {}
    for folder in folders:
        found = {exercise.id: record.find(folder, exercise) for exercise in course.exercises}
        digest = digest_of(course, found)
        if kept := kept_records(course, folder.name, digest):
            yield folder.name, kept
            continue
        waiting[crew.submit(jobs(course, found))] = (folder, found, digest)
        while len(waiting) >= UNDER_WAY:
            yield from collect(course, waiting)
    while waiting:
        yield from collect(course, waiting)


def collect(
    course: Course, waiting: dict[Future[list[Observation]], tuple[Path, dict[str, Submission], str]]
) -> Iterator[tuple[str, Records]]:
    """Wait for at least one student, keep the records."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        folder, found, digest = waiting.pop(future)
        observations = iter(future.result())
        records = {
            exercise.id: record.of(
                found[exercise.id], next(observations) if needs_box(found[exercise.id], exercise) else None
            )
            for exercise in course.exercises
        }
        text = json.dumps({"digest": digest, "exercises": records}, allow_nan=False) + "\n"
        write_whole(course.path("facts", folder.name, ".json"), text)
        yield folder.name, records


def needs_box(found: Submission, exercise: Exercise) -> bool:
    """Whether there is code to run."""
    return isinstance(found, Source) and not record.is_untouched(found, exercise)


def jobs(course: Course, found: dict[str, Submission]) -> list[Job]:
    """What has to be run of one student."""
    return [
        record.job(source, exercise, exercise.all_scenarios())
        for exercise in course.exercises
        if isinstance(source := found[exercise.id], Source) and needs_box(source, exercise)
    ]


def finish(course: Course, crowd: dict[str, Records], expected: dict[str, Expected], progress: Progress) -> None:
    """Judge students together and write what is for them and what is for their teacher."""
    verdicts = {
        exercise.id: judge(
            exercise,
            exercise.tests,
            expected[exercise.id],
            {
                student: record.facts(records[exercise.id])
                for student, records in crowd.items()
                if records[exercise.id]["status"] == "graded"
            },
        )
        for exercise in course.exercises
    }
    for student, records in crowd.items():
        own = {name: judged.get(student, []) for name, judged in verdicts.items()}
        progress.finished(write(course, student, records, own))


def write(course: Course, student: str, records: Records, verdicts: dict[str, list[Verdict]]) -> Result:
    """Write one student's files."""
    parts = {
        exercise.id: record.result_of(records[exercise.id], exercise, verdicts[exercise.id])
        for exercise in course.exercises
    }
    whole = result(student, parts)
    write_whole(course.path("teacher", student, ".md"), for_teacher(student, records, verdicts))
    write_whole(course.path("feedback", student, ".md"), feedback(whole))
    write_whole(course.path("results", student, ".json"), to_json(whole))
    return whole


def expected_facts(course: Course, exercise: Exercise, crew: Workers) -> Expected:
    """The facts of the reference and the mistakes: kept from an earlier run, or observed now."""
    digest = hashlib.sha256(environment().encode())
    for path in sorted([*exercise.solution.rglob("*.py"), *exercise.room.glob("*.py")]):
        digest.update(path.read_bytes())
    kept = course.out / "teacher" / "expected" / f"{exercise.id}-{digest.hexdigest()[:16]}.json"
    if kept.exists():
        return Expected.from_record(json.loads(kept.read_text(encoding="utf-8")))
    expected = observed(exercise, exercise.all_scenarios(), crew.observe)
    write_whole(kept, json.dumps(expected.to_record(), allow_nan=False))
    return expected


def digest_of(course: Course, found: dict[str, Submission]) -> str:
    """What the facts of a student depend on: the submission, the scenarios, the libraries."""
    digest = hashlib.sha256(environment().encode())
    for exercise in course.exercises:
        digest.update(repr((exercise.id, exercise.stub.text, exercise.all_scenarios())).encode())
        digest.update(repr(found[exercise.id]).encode())
    return digest.hexdigest()


def environment() -> str:
    """The versions that facts depend on."""
    return f"python {sys.version} numpy {version('numpy')} torch {version('torch')}"


def kept_records(course: Course, student: str, digest: str) -> Records | None:
    """The records of an earlier run, if they are of the same submission, scenarios and libraries."""
    path = course.path("facts", student, ".json")
    if not path.exists():
        return None
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept["exercises"] if kept["digest"] == digest else None
