"""Marking: from the records of some students to their results and pages. Nobody's code runs here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from grader import digests, record, sealed
from grader.box import BoxError
from grader.box.job import Seen
from grader.doubt import is_in_doubt
from grader.exercise import Exercise, KitError
from grader.expected import Expected, Symptoms, all_symptoms, reference
from grader.judge import Facts, JudgeError, Verdict, judge
from grader.ledger import Entry, Ledger
from grader.mistakes import Mistake
from grader.record import Record
from grader.report.attention import reasons
from grader.report.feedback import feedback, for_teacher
from grader.report.tally import Tally
from grader.results import OWNER, result, to_json, write_whole
from grader.workers import Crew, observe

CRASHED = (
    "a check crashed on what was seen of the work, and not on what was seen of the reference. Look whether it was "
    "made up; if not, mend the check"
)
# Of room, of memory, of a thread: whoever runs beside may be why.
SHORTAGES = (BoxError, OSError, MemoryError, RuntimeError)
MOST_SAID = 500  # characters about a fault: a story of a crash begins with where, and ends with what
MOST_TOGETHER = 50  # students: pytest's cost for each of them is small only in a crowd

Records = Mapping[str, Record]  # by exercise, of one student
Crowd = Mapping[str, Records]  # by student


@dataclass
class References:
    """The facts of the references: kept from an earlier run, or observed on this machine. The symptoms of the
    mistakes beside them are read first: a kit at fault is told of before anything is run."""

    exercises: Sequence[Exercise]
    crew: Crew
    room: Path
    symptoms: dict[str, dict[Mistake, Symptoms]] = field(init=False)  # by exercise, as the facts
    asked: dict[str, Future[dict[str, Mapping[str, Seen]]]] = field(default_factory=dict)
    known: dict[str, Expected] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the symptoms. KitError if they cannot be read."""
        self.symptoms = {exercise.id: symptoms_of(exercise) for exercise in self.exercises}

    def ask_for(self) -> None:
        """Have all that are not known observed, without waiting for it."""
        new = [
            exercise
            for exercise in self.exercises
            if exercise.id not in self.known and exercise.id not in self.asked and not self.know(exercise)
        ]
        if new:  # as one job: the other boxes are for students
            self.asked |= dict.fromkeys([exercise.id for exercise in new], self.crew.home.submit(references, new))

    def know(self, exercise: Exercise) -> bool:
        """Take over what is kept of a reference; whether there is any."""
        facts = sealed.read_if_possible(self.path(exercise))
        if facts is not None:
            self.take(exercise, facts)
        return facts is not None

    def take(self, exercise: Exercise, facts: Mapping[str, Seen]) -> None:
        """Know a reference by its facts."""
        self.known[exercise.id] = Expected(facts, self.symptoms[exercise.id])

    def expected(self, exercise: Exercise) -> Expected:
        """What is expected of a submission. KitError if the reference does not run."""
        self.ask_for()
        if exercise.id not in self.known:
            facts = self.seen(self.asked[exercise.id])[exercise.id]
            sealed.write(self.path(exercise), facts)
            self.take(exercise, facts)
        return self.known[exercise.id]

    def seen(self, asked: Future[dict[str, Mapping[str, Seen]]]) -> Mapping[str, Mapping[str, Seen]]:
        """What was seen of references that ran beside students: whoever of these takes all that the machine has
        keeps no reference from running, nor from what it shows. KitError if one does not run alone."""
        try:
            seen = asked.result()
        except (ValueError, *SHORTAGES):
            return self.vouch()
        doubted = any(is_in_doubt(one) for facts in seen.values() for one in facts.values())
        return self.vouch() if doubted else seen

    def vouch(self) -> Mapping[str, Mapping[str, Seen]]:
        """Hold a box that failed a student to the references, kept or not, with nobody beside them: KitError if it
        fails those, too."""
        with self.crew.all_but_one_rest():
            return awaited(self.crew.home.submit(references, self.exercises))

    def path(self, exercise: Exercise) -> Path:
        """Where the facts of a reference are kept."""
        return self.room / f"{exercise.id}-{digests.of_reference(exercise)[:16]}.json"


def symptoms_of(exercise: Exercise) -> dict[Mistake, Symptoms]:
    """The symptoms of an exercise's mistakes. KitError if they cannot be read."""
    try:
        return all_symptoms(exercise)
    except (ValueError, TypeError, SyntaxError) as error:
        raise KitError(f"The mistakes of {exercise.id} cannot be read: {error} `make audit` says more.") from error


def awaited(seen: Future[dict[str, Mapping[str, Seen]]]) -> dict[str, Mapping[str, Seen]]:
    """What was seen of some references. KitError if one does not run, or no box does."""
    try:
        return seen.result()
    except (ValueError, BoxError) as error:
        raise KitError(f"{error} `make audit` says more.") from error
    except SHORTAGES as error:
        why = str(error) or type(error).__name__
        raise KitError(f"Nothing can be run here: {why}. Mend this, and run the same command again.") from error


def references(exercises: Sequence[Exercise]) -> dict[str, Mapping[str, Seen]]:
    """The facts of some references, by exercise. ValueError if one does not run as it should."""
    return {exercise.id: reference(exercise, observe) for exercise in exercises}


@dataclass(frozen=True)
class Desk:
    """Where students are judged and their files are written."""

    exercises: Sequence[Exercise]
    ledger: Ledger
    references: References
    tally: Tally

    def mark(self, visitors: Iterable[tuple[str, Records]]) -> None:
        """Judge students in crowds, and write what is for each of them and what is for their teacher."""
        for crowd in crowds(visitors):
            self.mark_crowd(crowd)

    def mark_crowd(self, crowd: Crowd) -> None:
        """Judge students together; a student on whom a check crashes gets no result, the others get theirs."""
        entries: dict[str, Entry] = {}
        judged = {exercise.id: self.verdicts(exercise, crowd) for exercise in self.exercises}
        for student, records in crowd.items():
            own: dict[str, list[Verdict]] = {name: [] for name in judged}
            faults: dict[str, JudgeError] = {}
            for name, verdicts in judged.items():
                if isinstance(said := verdicts[student], JudgeError):
                    faults[name] = said
                else:
                    own[name] = said
            if faults:
                self.leave(student, records, own, faults)
            else:
                entries[student] = self.write(student, records, own)
        self.hold_the_kit()
        self.ledger.finish([exercise.id for exercise in self.exercises], entries)

    def hold_the_kit(self) -> None:
        """Hold the kit to what it was when the run began; KitError if it is another."""
        if digests.have_changed(self.exercises):
            raise KitError(
                "The kit was changed while it graded. What was judged last is not kept. Run the same command again."
            )

    def verdicts(self, exercise: Exercise, crowd: Crowd) -> Mapping[str, list[Verdict] | JudgeError]:
        """The verdicts of one exercise on each student, none on who has nothing to judge."""
        facts = {
            student: record.facts(records[exercise.id])
            for student, records in crowd.items()
            if records[exercise.id]["status"] == "graded"
        }
        nothing: dict[str, list[Verdict] | JudgeError] = {student: [] for student in crowd}
        expected = self.references.expected(exercise)
        try:
            return nothing | judge(exercise, exercise.tests, expected, facts)
        except JudgeError:
            self.hold_the_kit()
            check_the_checks(exercise, expected)
        return nothing | {student: judge_alone(exercise, expected, own) for student, own in facts.items()}

    def write(self, student: str, records: Records, verdicts: Mapping[str, list[Verdict]]) -> Entry:
        """Write one student's files, the result last."""
        parts = {item.id: record.result_of(records[item.id], item, verdicts[item.id]) for item in self.exercises}
        whole = result(student, parts)
        look = self.show(student, records, verdicts)
        write_whole(self.ledger.path("feedback", student, ".md"), feedback(whole))
        write_whole(self.ledger.path("results", student, ".json"), to_json(whole))
        self.tally.finished(whole, look)
        handed_in = {item.id: records[item.id]["submission"] for item in self.exercises}
        files = self.ledger.files(student)
        return Entry(digest=digests.of_result(handed_in, self.exercises), files=files, look=look)

    def show(self, student: str, records: Records, verdicts: Mapping[str, list[Verdict]]) -> list[str]:
        """Write what is for a student's teacher; why the teacher may want to look at it."""
        own = {item.id: records[item.id] for item in self.exercises}
        write_whole(self.ledger.path("teacher", student, ".md"), for_teacher(student, own, verdicts), OWNER)
        return reasons(own, verdicts)

    def leave(
        self,
        student: str,
        records: Records,
        verdicts: Mapping[str, list[Verdict]],
        faults: Mapping[str, JudgeError],
    ) -> None:
        """Leave a student on whom a check crashes without a result, and show the teacher what was seen: facts that
        no scenario makes, or some that a check did not foresee."""
        self.give_up(student, next(iter(faults.values())))
        look = self.show(student, records, verdicts)
        self.tally.look[student] = [*(f"{name}: {CRASHED}" for name in faults), *look]

    def give_up(self, student: str, error: Exception) -> None:
        """Leave a student without a result, and without one of an earlier submission."""
        self.ledger.forget(student)
        self.tally.fault(student, in_short(error))

    def miss(self, student: str, error: Exception) -> None:
        """The same where the work could not be seen: what is known of an earlier one is not to be judged."""
        self.ledger.miss(student, in_short(error))
        self.tally.fault(student, in_short(error))

    def lose(self, student: str, error: Exception) -> None:
        """The same where the work is not there any more; what is written stays, as where there is none from the
        beginning of a run on."""
        self.ledger.lose(student, in_short(error))
        self.tally.not_judged(student, in_short(error))


def in_short(error: Exception) -> str:
    """What is said of a fault."""
    text = str(error) or type(error).__name__
    return text if len(text) <= MOST_SAID else f"{text[: MOST_SAID // 2]} ... {text[-MOST_SAID // 2 :]}"


def check_the_checks(exercise: Exercise, expected: Expected) -> None:
    """Hold the checks to the reference's own facts; KitError if they crash on those too."""
    try:
        judge(exercise, exercise.tests, expected, {"the reference": expected.reference})
    except JudgeError as error:
        raise KitError(f"{error} `make audit` says more.") from error


def judge_alone(exercise: Exercise, expected: Expected, facts: Facts) -> list[Verdict] | JudgeError:
    """The verdicts on one student, or the fault of ours that kept a check from its end."""
    try:
        return judge(exercise, exercise.tests, expected, {"you": facts})["you"]
    except JudgeError as error:
        return error


def crowds(visitors: Iterable[tuple[str, Records]]) -> Iterator[dict[str, Records]]:
    """Students who are judged together: first one, so that there is a result soon, then more and more."""
    crowd: dict[str, Records] = {}
    size = 1
    for student, records in visitors:
        crowd[student] = records
        if len(crowd) == size:
            yield crowd
            crowd, size = {}, min(2 * size, MOST_TOGETHER)
    if crowd:
        yield crowd
