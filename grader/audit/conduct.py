"""The conduct of an exercise: its stub, reference and mistakes are run and judged like anybody's submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.audit.fault import Fault, place
from grader.box.job import Job
from grader.exercise import Exercise, files
from grader.expected import Expected, Observe, job_for, observed, recorded
from grader.judge import Verdict, judge
from grader.mistakes import Mistake, mistakes
from grader.record import status_of
from grader.seen import close

SEEDS = (0, 1, 2)  # under which a mistake that brings its own model must show the same


@dataclass(frozen=True)
class Trial:
    """One of our own programs under one architecture and one seed, and the mistake that it makes, if any."""

    where: str
    job: Job
    mistake: Mistake | None
    circumstance: str = ""

    @property
    def name(self) -> str:
        """The program, and what differs from the plain way to run it."""
        return f"{self.where}{self.circumstance}"


def conduct(exercise: Exercise, observe: Observe) -> Iterator[Fault]:
    """Every fault that running the exercise's own programs shows."""
    try:
        expected = observed(exercise, observe)
    except ValueError as error:
        yield Fault(place(exercise, exercise.solution), str(error), "Mend the program.")
        return
    yield from stub_faults(exercise, observe)
    yield from freshness(exercise, expected)
    tried = list(trials(exercise))
    observations = observe([trial.job for trial in tried])
    facts = {trial.name: seen["scenarios"] for trial, seen in zip(tried, observations, strict=True)}
    verdicts = judge(exercise, exercise.tests, expected, facts)
    for trial in tried:
        if trial.mistake is None:
            yield from reference_faults(trial, verdicts[trial.name])
        else:
            yield from mistake_faults(trial, trial.mistake, verdicts[trial.name])


def trials(exercise: Exercise) -> Iterator[Trial]:
    """The reference and every mistake: plainly, and under each architecture and seed where there are such."""
    scenarios = exercise.all_scenarios()
    programs: list[tuple[Mistake | None, Path]] = [(None, exercise.reference), *mistakes(exercise).items()]
    architectures = files(exercise.solution / "architectures", "*.py")
    for mistake, path in programs:
        job = job_for(exercise, path, scenarios)
        yield Trial(place(exercise, path), job, mistake)
        for architecture in architectures:
            cells = (*job.cells, architecture.read_text(encoding="utf-8"))
            for seed in SEEDS:
                varied = replace(job, cells=cells, script=False, seed=seed)
                yield Trial(place(exercise, path), varied, mistake, f" with {architecture.stem}, seed {seed}")


def stub_faults(exercise: Exercise, observe: Observe) -> Iterator[Fault]:
    """A stub that is not unsolved."""
    (observation,) = observe([job_for(exercise, exercise.handout / exercise.stub.name, exercise.all_scenarios())])
    status, _ = status_of(observation)
    if status != "not-started":
        what = f"The stub is '{status}', not 'not-started'."
        yield Fault(place(exercise, exercise.file), what, "Let every function of it raise NotImplementedError.")


def freshness(exercise: Exercise, expected: Expected) -> Iterator[Fault]:
    """Recorded facts, words or stub that are not those of today."""
    mend = f"Run `make record {exercise.id}`."
    where = place(exercise, exercise.recorded)
    if exercise.stub != exercise.stub_on_disk():
        yield Fault(where, "The stub differs from the recorded one.", mend)
    if not same_facts(recorded(exercise).reference, expected.reference):
        yield Fault(where, "The reference's recorded facts are not those seen today.", mend)
    if {words(m) for m in recorded(exercise).symptoms} != {words(m) for m in mistakes(exercise)}:
        yield Fault(where, "The recorded mistakes or their words are not those of today.", mend)


def words(mistake: Mistake) -> tuple[str, str, str]:
    """What a recorded mistake must share with its program."""
    return mistake.name, mistake.sentence, mistake.hint


def same_facts(kept: Mapping[str, object], today: Mapping[str, object]) -> bool:
    """Whether recorded facts are still what is seen, within what may differ between machines."""
    return all(name in today and close(seen, today[name], rel=1e-4) for name, seen in kept.items())


def lost(verdicts: Sequence[Verdict]) -> dict[str, Verdict]:
    """The rows that were not passed, by id; a GPU row that was skipped is none."""
    return {v.check.id: v for v in verdicts if v.status not in ("passed", "skipped")}


def reference_faults(trial: Trial, verdicts: Sequence[Verdict]) -> Iterator[Fault]:
    """Rows that the reference does not pass."""
    for row, verdict in lost(verdicts).items():
        what = f"The reference loses {row}: {verdict.observed or verdict.absence}"
        yield Fault(trial.name, what, "Mend the check or the reference.")


def mistake_faults(trial: Trial, mistake: Mistake, verdicts: Sequence[Verdict]) -> Iterator[Fault]:
    """Where a mistake's rows and names are not those of its docstring."""
    rows = lost(verdicts)
    for row in mistake.costs:
        if row not in rows:
            yield Fault(trial.name, f"It keeps {row}.", "Let the check see the mistake.")
        elif rows[row].mistake is None:
            yield Fault(trial.name, f"It is not named by {row}.", "Give the check a symptom that is its own.")
    for row in sorted(rows.keys() - {*mistake.costs, *mistake.may_cost}):
        yield Fault(trial.name, f"It loses {row}.", "Arrange the scenarios so that this row does not depend on it.")
    for name in sorted({v.mistake.id for v in rows.values() if v.mistake} - {mistake.id}):
        yield Fault(trial.name, f"It is called {name}.", "Give the check a symptom that tells the two apart.")
