"""`make grade`: many students' submissions, observed side by side, judged together, written one by one.

Under OUT stand `results/` and `feedback/`, which may be given to the students, and `facts/` and `teacher/`,
which may not. Every file appears whole or not at all, so a run may be ended at any moment: the same command
goes on where it was, and the results are those of an undisturbed run, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from grader import digests, ledger, record
from grader.box.job import Job, Observation
from grader.exercise import Exercise
from grader.expected import Expected, all_symptoms, reference
from grader.judge import Verdict, judge
from grader.ledger import Ledger
from grader.record import Record
from grader.report.feedback import feedback, for_teacher
from grader.report.table import write_csv
from grader.results import Result, WriteError, result, to_json, write_whole
from grader.submission import Submission, students
from grader.workers import observe, side_by_side

JUDGED_TOGETHER = 50  # students: pytest's cost for each of them is small only in a crowd
UNDER_WAY = 16  # students handed to the workers at a time: memory stays flat however many there are

Records = Mapping[str, Record]  # by exercise, of one student


class CourseError(Exception):
    """A run could not go on; the text says why and what to do. What was written stays and is used again."""


class Progress(Protocol):
    """Whoever shows how far a run has come."""

    def start(self, students: int) -> None:
        """So many students will be graded."""

    def observed(self, student: str) -> None:
        """There is a record of a student's work."""

    def finished(self, result: Result) -> None:
        """A student's result is written."""


@dataclass
class Visit:
    """One student's work on its way to a record."""

    student: str
    found: dict[str, Submission]
    records: dict[str, Record] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)  # what still has to be run, by exercise


@dataclass(frozen=True)
class Course:
    """What is graded, by whom, and where the results go."""

    exercises: Sequence[Exercise]
    executor: Executor
    ledger: Ledger
    progress: Progress

    def grade(self, folders: Sequence[Path]) -> list[Result]:
        """Grade students; their results, in the order of their names."""
        self.progress.start(len(folders))
        results: list[Result] = []
        for crowd in crowds(self.visits(folders, results)):
            results += self.judge(crowd)
        return sorted(results, key=lambda item: item["student"])

    def visits(self, folders: Iterable[Path], results: list[Result]) -> Iterator[Visit]:
        """Every student whose work has to be judged, with records of all exercises; those of timeouts come last.

        A result that an earlier run wrote from the same things is added to `results` instead.
        """
        slow: list[Visit] = []
        for visit in self.observed(self.started(folders, results)):
            if any(ran_out_of_time(item) for item in visit.records.values()):
                slow.append(visit)
                continue
            yield self.kept(visit)
        for visit in slow:
            yield self.kept(self.tried_again(visit))

    def started(self, folders: Iterable[Path], results: list[Result]) -> Iterator[Visit]:
        """Each student's visit, with the records that are kept and the jobs that are left."""
        for folder in folders:
            found = {exercise.id: record.find(folder, exercise) for exercise in self.exercises}
            visit = Visit(folder.name, found)
            if old := self.ledger.result(folder.name, self.digest(visit)):
                results.append(old)
                self.progress.observed(folder.name)
                self.progress.finished(old)
                continue
            kept = self.ledger.records(folder.name)
            for exercise in self.exercises:
                self.prepare(visit, exercise, kept.get(exercise.id))
            yield visit

    def prepare(self, visit: Visit, exercise: Exercise, kept: Record | None) -> None:
        """Take over a record that is kept from the same things, or make one, or a job that leads to one."""
        found = visit.found[exercise.id]
        same = kept is not None and kept["made_from"] == record.made_from(found, exercise)
        if kept and same and not ran_out_of_time(kept):
            visit.records[exercise.id] = kept
        elif job := record.job(found, exercise):
            visit.jobs[exercise.id] = job
        else:
            visit.records[exercise.id] = record.of(found, exercise, None)

    def observed(self, visits: Iterable[Visit]) -> Iterator[Visit]:
        """Each visit as its jobs are done, a bounded number of them under way."""
        waiting: dict[Future[list[Observation]], Visit] = {}
        for visit in visits:
            if not visit.jobs:
                yield visit
                continue
            waiting[self.executor.submit(observe, list(visit.jobs.values()))] = visit
            while len(waiting) >= UNDER_WAY:
                yield from self.collected(waiting)
        while waiting:
            yield from self.collected(waiting)

    def collected(self, waiting: dict[Future[list[Observation]], Visit]) -> Iterator[Visit]:
        """Wait for at least one visit, and turn what was seen into records."""
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            visit = waiting.pop(future)
            for name, observation in zip(visit.jobs, future.result(), strict=True):
                visit.records[name] = record.of(visit.found[name], self.exercise(name), observation)
            yield visit

    def tried_again(self, visit: Visit) -> Visit:
        """Run what ran out of time once more, with nothing beside it, before it counts."""
        for name, before in visit.records.items():
            if before["observation"] and ran_out_of_time(before):
                jobs = [again(visit.jobs[name], before["observation"])]
                (observation,) = self.executor.submit(observe, jobs).result()
                merged = record.merged(before["observation"], observation)
                visit.records[name] = record.of(visit.found[name], self.exercise(name), merged)
                visit.records[name]["notes"].append(record.TRIED_AGAIN)
        return visit

    def kept(self, visit: Visit) -> Visit:
        """Keep a visit's records before anything is judged."""
        if self.ledger.records(visit.student) != visit.records:
            self.ledger.keep(visit.student, visit.records)
        self.progress.observed(visit.student)
        return visit

    def judge(self, crowd: Sequence[Visit]) -> list[Result]:
        """Judge students together and write what is for them and what is for their teacher."""
        records = {visit.student: visit.records for visit in crowd}
        verdicts = {exercise.id: self.verdicts(exercise, records) for exercise in self.exercises}
        results = []
        for visit in crowd:
            own = {name: judged.get(visit.student, []) for name, judged in verdicts.items()}
            results.append(self.write(visit.student, visit.records, own))
        self.ledger.finish({visit.student: self.digest(visit) for visit in crowd})
        return results

    def verdicts(self, exercise: Exercise, crowd: Mapping[str, Records]) -> dict[str, list[Verdict]]:
        """The verdicts of one exercise on all who have something to judge."""
        graded = {
            student: record.facts(records[exercise.id])
            for student, records in crowd.items()
            if records[exercise.id]["status"] == "graded"
        }
        return judge(exercise, exercise.tests, self.expected(exercise), graded)

    def write(self, student: str, records: Records, verdicts: Mapping[str, list[Verdict]]) -> Result:
        """Write one student's files, the result last."""
        parts = {
            exercise.id: record.result_of(records[exercise.id], exercise, verdicts[exercise.id])
            for exercise in self.exercises
        }
        whole = result(student, parts)
        own = {exercise.id: records[exercise.id] for exercise in self.exercises}
        write_whole(self.ledger.path("teacher", student, ".md"), for_teacher(student, own, verdicts))
        write_whole(self.ledger.path("feedback", student, ".md"), feedback(whole))
        write_whole(self.ledger.path("results", student, ".json"), to_json(whole))
        self.progress.finished(whole)
        return whole

    def expected(self, exercise: Exercise) -> Expected:
        """The facts of the reference, kept from an earlier run or observed now, and the symptoms of mistakes."""
        path = (
            self.ledger.out / "teacher" / "expected" / f"{exercise.id}-{digests.of_reference(exercise)[:16]}.json"
        )
        if not path.exists():
            facts = reference(exercise, side_by_side(self.executor))
            write_whole(path, json.dumps(facts, allow_nan=False))
        return Expected(json.loads(path.read_text(encoding="utf-8")), all_symptoms(exercise))

    def digest(self, visit: Visit) -> str:
        """What a student's result depends on."""
        parts = [record.made_from(visit.found[exercise.id], exercise) for exercise in self.exercises]
        return digests.digest([*parts, *(digests.of_judging(exercise) for exercise in self.exercises)])

    def exercise(self, name: str) -> Exercise:
        """The exercise of this name."""
        return next(exercise for exercise in self.exercises if exercise.id == name)


def grade(
    submissions: Path, out: Path, exercises: Sequence[Exercise], executor: Executor, progress: Progress
) -> list[Result]:
    """Grade every student's folder under `submissions` and write `results.csv`.

    Raises SubmissionsError if there are no student folders, CourseError if OUT cannot be used.
    """
    folders = students(submissions)
    try:
        with ledger.opened(out) as kept:
            course = Course(exercises, executor, kept, progress)
            for exercise in exercises:
                course.expected(exercise)
            results = course.grade(folders)
            write_csv(out / "results.csv", results, exercises)
    except ledger.LedgerError as error:
        raise CourseError(str(error)) from error
    except WriteError as error:
        raise CourseError(f"{error} All else is kept: mend this and run the same command again.") from error
    return results


def crowds(visits: Iterable[Visit]) -> Iterator[list[Visit]]:
    """Visits in lists of those that are judged together."""
    crowd: list[Visit] = []
    for visit in visits:
        crowd.append(visit)
        if len(crowd) == JUDGED_TOGETHER:
            yield crowd
            crowd = []
    if crowd:
        yield crowd


def ran_out_of_time(item: Record) -> bool:
    """Whether a time limit ended a part of what was to be seen, for the first time."""
    observation = item["observation"]
    if observation is None or record.TRIED_AGAIN in item["notes"]:
        return False
    return observation["loading"]["status"] == "timeout" or bool(late(observation))


def late(observation: Observation) -> tuple[str, ...]:
    """The scenarios that a time limit ended."""
    return tuple(name for name, seen in observation["scenarios"].items() if "timeout" in seen)


def again(job: Job, observation: Observation) -> Job:
    """The job of what ran out of time alone: some scenarios, or all of them if the file was never loaded."""
    return replace(job, only=late(observation))
