"""Visits: from the folders of students to records of what was seen, as many at a time as there are workers.

What is in doubt, cut short or with an error that the machine may have caused, is tried once more, alone, after
everybody else: a busy machine costs nobody points, nor does whoever ends a process or fills a disk on it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from grader import digests, record
from grader.box import hold
from grader.box.job import Job, Observation
from grader.exercise import KitError
from grader.ledger import SUMMARY
from grader.marking import SHORTAGES, Desk
from grader.record import Record
from grader.results import WriteError
from grader.submission import Submission, SubmissionsError
from grader.submission.folder import is_folder
from grader.workers import Crew, NoWallsError, NoWorkersError, observe_behind_walls

LOST = (
    "The folder of submissions, {folder}, can't be found any more. What was graded is kept: bring it back, and run "
    "the same command again."
)
RESTLESS = (
    "What was handed in was changed during each of {looks} looks at it, and cut short in each. Run the same "
    "command again once it rests."
)
LOOKS = 4  # at one student's work, if it is handed in anew during the run; what rests takes two
LONGEST_NAME = 240  # bytes; with an ending, most file systems take 255
SILENCE = 30.0  # seconds without word from any worker, until they are called
AHEAD = 8  # students handed out for each worker: memory stays flat however many there are
HANDED_OUT = 256 << 20  # bytes of their submissions, or one student: it stays so however much they hand in


class VanishedError(Exception):
    """The folder of a student is not there any more."""


class RestlessError(Exception):
    """A student's work is other work whenever it is looked at."""


@dataclass
class Visit:
    """One student's work on its way to a record of each exercise."""

    folder: Path
    found: dict[str, Submission]
    records: dict[str, Record] = field(default_factory=dict)
    first: dict[str, Record] = field(default_factory=dict)  # of what was cut short and is tried again
    jobs: dict[str, Job] = field(default_factory=dict)  # what has to be run, by exercise

    @property
    def student(self) -> str:
        """The student's id."""
        return self.folder.name

    @property
    def size(self) -> int:
        """Bytes of memory that its jobs take, but for small change."""
        parts = [part for job in self.jobs.values() for part in (*job.cells, *job.files.values())]
        return sum(map(sys.getsizeof, parts))


@dataclass(frozen=True)
class Round:
    """Visits every student, and leaves those out whose result stands."""

    crew: Crew
    desk: Desk
    without_walls: bool
    namesakes: Collection[str] = ()  # students whose files would be one file, or the summary's
    again: list[Path] = field(default_factory=list)  # the folders of those who were cut short

    def visits(self, folders: Iterable[Path]) -> Iterator[Visit]:
        """Every student whose work has to be judged, with records of all exercises; not yet those cut short."""
        yield from self.not_cut_short(self.side_by_side(self.begun(folders)))

    def second_visits(self) -> Iterator[Visit]:
        """Those who were cut short, one after another, with nothing beside them."""
        for folder in self.again:  # which grows if someone handed in anew, and that was cut short in turn
            yield from self.not_cut_short(self.side_by_side(self.begun([folder], again=True)))

    def not_cut_short(self, visits: Iterable[Visit]) -> Iterator[Visit]:
        """All but those who were cut short for the first time: they are to be tried again."""
        for visit in visits:
            if any(record.to_be_tried_again(item) is not None for item in visit.records.values()):
                with self.blamed_on_us(visit.student):
                    self.try_again(visit.folder)
            else:
                self.desk.tally.is_through(visit.student)
                yield visit

    def try_again(self, folder: Path) -> None:
        """Have a student's work looked at once more. RestlessError where that would never end."""
        if self.again.count(folder) == LOOKS - 1:
            raise RestlessError(RESTLESS.format(looks=LOOKS))
        self.again.append(folder)

    def begun(self, folders: Iterable[Path], again: bool = False) -> Iterator[Visit]:
        """Each student's visit, with the records that are kept and the jobs that are left; `again`, once more."""
        for folder in folders:
            with self.blamed_on_us(folder.name):
                visit = self.visit(folder)
                if not self.stands(visit):
                    self.prepare(visit, again)
                    yield visit

    def visit(self, folder: Path) -> Visit:
        """What a student handed in."""
        hold_on_to(folder)
        if folder.name.casefold() == SUMMARY or len(os.fsencode(folder.name)) > LONGEST_NAME:
            raise ValueError("No file can be named after this folder. Rename it, and run the same command again.")
        if folder.name in self.namesakes:
            raise ValueError(
                "On the disk of OUT another's files, or the summary, have the same name. Rename one folder."
            )
        found = {exercise.id: record.find(folder, exercise) for exercise in self.desk.exercises}
        hold_on_to(folder)  # in one that vanished meanwhile nothing is found, which is nobody's fault
        return Visit(folder, found)

    def stands(self, visit: Visit) -> bool:
        """Whether an earlier run wrote a result from the same things; it counts among this run's then."""
        if visit.student in self.desk.ledger.unseen:
            return False  # until its records are known to be of this work
        handed_in = {name: digests.of_submission(found) for name, found in visit.found.items()}
        result = self.desk.ledger.finished(visit.student, digests.of_result(handed_in, self.desk.exercises))
        if not result or not all(self.counts(part["walls"]) for part in result["exercises"].values()):
            return False
        self.desk.tally.finished(result, self.desk.ledger.entries[visit.student]["look"])
        return True

    def counts(self, walls: str | None) -> bool:
        """Whether what ran behind these walls may stand: without any, it could have read the solutions."""
        return self.without_walls or walls is None or hold(walls)

    def prepare(self, visit: Visit, again: bool) -> None:
        """Take over each record that is kept from the same things, or make one, or a job that leads to one."""
        known = self.desk.ledger.records(visit.student)
        for exercise in self.desk.exercises:
            name, found, kept = exercise.id, visit.found[exercise.id], known.get(exercise.id)
            job = record.job(found, exercise)
            if kept and record.is_of(kept, found, exercise) and self.counts(record.walls(kept)):
                doubted = record.to_be_tried_again(kept) if again else None
                if job and doubted is not None:
                    visit.first[name] = kept
                    visit.jobs[name] = replace(job, only=doubted)
                else:
                    visit.records[name] = kept
            elif job:
                visit.jobs[name] = job
            else:
                visit.records[name] = record.of(found, exercise, None)

    def side_by_side(self, visits: Iterable[Visit]) -> Iterator[Visit]:
        """Each visit as its jobs are done, a bounded number of them under way."""
        waiting: dict[Future[list[Observation]], Visit] = {}
        for visit in visits:
            if not visit.jobs:
                with self.blamed_on_us(visit.student):
                    self.desk.ledger.keep(visit.student, visit.records)
                    yield visit
                continue
            self.desk.references.ask_for()
            self.desk.tally.began(visit.student)
            jobs = list(visit.jobs.values())
            seeing = partial(observe_behind_walls, jobs, digests.of_surroundings(), self.without_walls)
            waiting[self.crew.executor.submit(seeing)] = visit
            while len(waiting) >= AHEAD * self.crew.size or sum(one.size for one in waiting.values()) > HANDED_OUT:
                yield from self.done(waiting)
        while waiting:
            yield from self.done(waiting)

    def done(self, waiting: dict[Future[list[Observation]], Visit]) -> Iterator[Visit]:
        """Wait for at least one visit, and keep what was seen before anything else is done with it."""
        ready, _ = wait(waiting, timeout=SILENCE, return_when=FIRST_COMPLETED)
        if not ready:
            self.crew.roll_call()
        for future in ready:
            visit = waiting.pop(future)
            with self.blamed_on_us(visit.student):
                if self.failed(future, visit):
                    continue
                for name, observation in zip(visit.jobs, future.result(), strict=True):
                    visit.records[name] = self.record(visit, name, observation)
                self.desk.ledger.keep(visit.student, visit.records)
                self.desk.tally.ran(visit.student)
                yield visit

    def failed(self, future: Future[list[Observation]], visit: Visit) -> bool:
        """Whether no box stood for a student, who is then tried again alone: another may have taken all that it
        needed. Once that was in vain the error is raised; KitError where no box stands for anybody."""
        error = future.exception()
        if not isinstance(error, SHORTAGES):
            return False
        self.desk.references.vouch()
        if visit.folder in self.again:
            raise error
        self.try_again(visit.folder)
        return True

    def record(self, visit: Visit, name: str, observation: Observation) -> Record:
        """The record of an observation, put together with that of a first look if there was one."""
        found, exercise = visit.found[name], next(item for item in self.desk.exercises if item.id == name)
        if name in visit.first and (before := visit.first[name]["observation"]):
            return record.of_both(found, exercise, before, observation)
        return record.of(found, exercise, observation)

    @contextmanager
    def blamed_on_us(self, student: str) -> Iterator[None]:
        """Whatever goes wrong with one student, and is neither a value nor the end of the run, is a fault of ours:
        the student has no result, which is not a zero, and the others are graded."""
        try:
            yield
        except (WriteError, KitError, NoWallsError, NoWorkersError, SubmissionsError, CancelledError):
            raise
        except VanishedError as error:
            self.desk.lose(student, error)
        except Exception as error:
            self.desk.miss(student, error)


def hold_on_to(folder: Path) -> None:
    """VanishedError if a student's folder is not there any more, SubmissionsError if nobody's is."""
    if not is_folder(folder.parent):
        raise SubmissionsError(LOST.format(folder=folder.parent))
    if not is_folder(folder):
        raise VanishedError("The folder vanished during the run. Run the same command again once it is back.")
