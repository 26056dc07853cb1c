"""`make grade` and `make judge`: many students' submissions, observed side by side, judged together, written each
for itself.

    folders -> visits -> records (facts/) -> marking -> results/ feedback/ teacher/ -> results.csv, summary

`results/` and `feedback/` may be given to the students, `facts/` and `teacher/` may not. Every file appears whole
or not at all, so a run may be ended at any moment: the same command goes on where it was, and the results are
those of an undisturbed run, byte for byte.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from grader import digests, ledger, record
from grader.exercise import Exercise, KitError
from grader.marking import Desk, Records, References
from grader.report.summary import summary
from grader.report.table import write_csv
from grader.report.tally import Tally
from grader.results import OWNER, Result, WriteError, write_whole
from grader.submission import SubmissionsError, students
from grader.submission.disk import passed_over
from grader.visits import Round
from grader.workers import Crew, NoWallsError

# What Unicode has a reader pass over, beside format characters (Default_Ignorable_Code_Point)
WIDTHLESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
MOVED = "what had been written was moved or changed by somebody while the run went on"
UNSEEN = "it saw nothing of the work that was handed in last: {why}"
UNJUDGEABLE = (
    "the facts are missing, not whole, due for a second look, or were seen by another version of the kit or of a "
    "library"
)

Show = Callable[[Tally], None]


class CourseError(Exception):
    """A run could not go on; the text says why and what to do. What was written stays and is used again."""


def grade(
    submissions: Path, out: Path, exercises: Sequence[Exercise], crew: Crew, show: Show, without_walls: bool = False
) -> Tally:
    """Grade every student's folder under `submissions`, and write all that stands under `out`.

    Raises SubmissionsError if there are no student folders, CourseError if the run cannot go on.
    """
    folders = students(submissions)
    if lies_in(out, submissions):
        raise CourseError(f"OUT ({out}) lies in SUBMISSIONS ({submissions}). Choose another OUT.")
    names = {folder.name for folder in folders}
    there = {path.name for path in submissions.iterdir() if not passed_over(path.name)}
    loose = sorted(there - names)
    tally = Tally(len(folders), show, loose=loose)
    with course(out, exercises, crew, tally) as desk:
        desk.ledger.call(names, loose)
        tally.gone = desk.ledger.gone
        made = Round(crew, desk, without_walls, namesakes(names, out))
        for visits in (made.visits(folders), made.second_visits()):
            desk.mark((visit.student, visit.records) for visit in visits)
        conclude(desk, [folder.name for folder in folders])
    return tally


def lies_in(out: Path, submissions: Path) -> bool:
    """Whether OUT is the folder of submissions, or below it. CourseError if OUT is a link that leads nowhere."""
    try:
        place = out.resolve()
    except (OSError, RuntimeError) as error:  # up to Python 3.12 a RuntimeError tells of links in a circle
        raise CourseError(f"OUT ({out}) leads nowhere: {error}. Choose another OUT.") from error
    return submissions.resolve() in [place, *place.parents]


def namesakes(names: Iterable[str], out: Path) -> set[str]:
    """The students whose files would be one file under OUT, or the summary's, where its disk tells some names apart
    by nothing."""
    if not (out / ".LOCK").exists():  # the file is called .lock
        return set()
    alike = {ledger.SUMMARY: [ledger.SUMMARY]}
    for name in names:
        alike.setdefault(without_case(name), []).append(name)
    return {name for group in alike.values() if len(group) > 1 for name in group}


def without_case(name: str) -> str:
    """What is left of a name for such a disk: signs without width are passed over, and letters are compared as in
    Unicode's canonical caseless match (The Unicode Standard, D145)."""
    seen = (sign for sign in unicodedata.normalize("NFD", name) if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFD", WIDTHLESS.sub("", "".join(seen)).casefold())


def judge_again(out: Path, exercises: Sequence[Exercise], crew: Crew, show: Show) -> Tally:
    """Judge everyone anew whose facts are kept under `out`, without running any student's code.

    Raises CourseError if the run cannot go on.
    """
    if not (out / "facts").is_dir():
        raise CourseError(f"{out} holds no facts to judge. Run `make grade` with this OUT first.")
    tally = Tally(0, show)
    with course(out, exercises, crew, tally) as desk:
        names = desk.ledger.students()
        tally.students, tally.gone, tally.loose = len(names), desk.ledger.gone, desk.ledger.loose
        if not any(judgeable(desk, student) for student in names):
            raise CourseError(
                f"Nobody in {out} can be judged: {UNJUDGEABLE}. Nothing was changed. Run `make grade`."
            )
        desk.mark(remembered(desk, names))
        conclude(desk, names)
    return tally


def remembered(desk: Desk, names: Sequence[str]) -> Iterator[tuple[str, Records]]:
    """Each student with the records that are kept. Whose cannot be judged is told of, and keeps what is written: it
    was made of the same work."""
    for student in names:
        if records := judgeable(desk, student):
            desk.tally.is_through(student)
            yield student, records
        else:
            why = desk.ledger.unseen.get(student)
            since = UNSEEN.format(why=why) if why else UNJUDGEABLE
            desk.tally.not_judged(student, f"Run `make grade`, since {since}")


def judgeable(desk: Desk, student: str) -> Records | None:
    """The records of a student, if they are of the work handed in last and can be judged for all exercises."""
    records = desk.ledger.records(student)
    seen = student not in desk.ledger.unseen
    return records if seen and all(can_be_judged(records, item) for item in desk.exercises) else None


def can_be_judged(records: Records, exercise: Exercise) -> bool:
    """Whether there are facts to judge, seen under the scenarios of today, and no second look is due."""
    kept = records.get(exercise.id)
    return kept is not None and record.is_of_today(kept, exercise) and record.to_be_tried_again(kept) is None


@contextmanager
def course(out: Path, exercises: Sequence[Exercise], crew: Crew, tally: Tally) -> Iterator[Desk]:
    """The desk at which a run writes into OUT. CourseError for all that ends the run."""
    try:
        with ledger.opened(out) as kept:
            exercises = digests.read_anew(exercises)
            yield Desk(exercises, kept, References(exercises, crew, out / ".references"), tally)
    except WriteError as error:
        raise CourseError(f"{error} All else is kept: mend this and run the same command again.") from error
    except (ledger.LedgerError, NoWallsError, KitError, SubmissionsError) as error:
        raise CourseError(str(error)) from error


def conclude(desk: Desk, names: Sequence[str]) -> None:
    """Write what is made of all results together."""
    marked = [name for name in names if name not in desk.tally.faults]
    write_csv(desk.ledger.out / "results.csv", results(desk, marked), desk.exercises)
    write_whole(desk.ledger.path("teacher", ledger.SUMMARY, ".md"), summary(desk.tally), OWNER)


def results(desk: Desk, names: Sequence[str]) -> Iterator[Result]:
    """The results, one at a time: together they may be larger than memory. Whose is gone by now is told of."""
    for student in names:
        if (one := desk.ledger.result(student)) is not None:
            yield one
        else:
            desk.tally.fault(student, MOVED)
