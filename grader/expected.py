"""What is expected: the facts of the reference and of every mistake program, under the same scenarios.

No expected value is ever written by hand. A teacher's machine observes `solutions/` in the box like any other
submission. A student's machine has `recorded.json` instead: the same facts for the visible scenarios alone, with
the words of each mistake, so that `make check` names mistakes without a solution being there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from grader.box.job import Job, Observation, Seen
from grader.exercise import Exercise
from grader.mistakes import Mistake, mistakes


class Box(Protocol):
    """Anywhere a job can be observed."""

    def observe(self, job: Job) -> Observation:
        """Run a job's scenarios over its submission."""


Observe = Callable[[Sequence[Job]], Iterable[Observation]]  # observes many jobs, in their order


@dataclass(frozen=True)
class Expected:
    """The facts by scenario: of the reference, and of each mistake program."""

    reference: Mapping[str, Seen]
    mistakes: Mapping[Mistake, Mapping[str, Seen]]

    def to_record(self) -> dict[str, Any]:
        """As `recorded.json` has it."""
        told = [{"mistake": asdict(mistake), "seen": dict(seen)} for mistake, seen in self.mistakes.items()]
        return {"reference": dict(self.reference), "mistakes": told}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Expected:
        """What `to_record` made."""
        told = {mistake_of(item["mistake"]): item["seen"] for item in record["mistakes"]}
        return cls(reference=record["reference"], mistakes=told)


def mistake_of(record: dict[str, Any]) -> Mistake:
    """A mistake from its JSON record."""
    costs, may_cost = tuple(record["costs"]), tuple(record["may_cost"])
    return Mistake(**record | {"costs": costs, "may_cost": may_cost})


def recorded(exercise: Exercise) -> Expected:
    """The facts that the kit ships for the visible scenarios."""
    return Expected.from_record(json.loads(exercise.recorded.read_text(encoding="utf-8")))


def observed(exercise: Exercise, scenarios: tuple[tuple[str, str], ...], observe: Observe) -> Expected:
    """The facts of the reference and the mistakes, observed now. ValueError if a program of ours does not run."""
    programs = mistakes(exercise)
    jobs = [job_for(exercise, path, scenarios) for path in (exercise.reference, *programs.values())]
    reference, *told = [facts_of(observation, exercise) for observation in observe(jobs)]
    for name, seen in reference.items():
        if "facts" not in seen and "skipped" not in seen:
            raise ValueError(f"The reference of {exercise.id} ends scenario {name!r} with {seen}.")
    return Expected(reference, dict(zip(programs, told, strict=True)))


def facts_of(observation: Observation, exercise: Exercise) -> Mapping[str, Seen]:
    """What one of our own programs shows. ValueError if it does not load."""
    loading = observation["loading"]
    if loading["status"] != "loaded" or loading["skipped"]:
        raise ValueError(f"A program of {exercise.id} does not load: {loading}")
    return observation["scenarios"]


def job_for(exercise: Exercise, program: Path, scenarios: tuple[tuple[str, str], ...]) -> Job:
    """A job that observes one of our own programs, a script without files beside it."""
    return Job(
        exercise=exercise.id,
        module=exercise.module,
        names=exercise.stub.names,
        script=True,
        cells=(program.read_text(encoding="utf-8"),),
        scenarios=scenarios,
    )


def record(exercise: Exercise, box: Box) -> None:
    """Write `recorded.json` anew: the stub, and what a student may have of the facts and the mistakes."""
    expected = observed(exercise, exercise.visible_scenarios(), partial(map, box.observe))
    told = {replace(m, costs=(), may_cost=()): seen for m, seen in expected.mistakes.items()}
    record = {"stub": asdict(exercise.stub_on_disk())} | Expected(expected.reference, told).to_record()
    exercise.recorded.write_text(json.dumps(record, allow_nan=False) + "\n", encoding="utf-8")
