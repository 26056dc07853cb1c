"""What is expected: the reference's facts under each scenario, and the symptoms by which each mistake is known.

No expected value is ever written by hand. To grade, the reference is observed in the box like any submission, on
the same machine. To check on a student's machine, where there is no reference, `recorded.json` beside the visible
checks holds its facts for the visible scenarios. The symptoms of the mistakes, how each wrong program fails each
check, are recorded as well: the visible ones there, the hidden ones in `solutions/exN/recorded.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from grader.box.job import Job, Observation, Seen
from grader.exercise import Exercise, text_of, unrecorded
from grader.mistakes import Mistake, mistakes

Symptoms = Mapping[str, Any]  # check id -> how a mistake program fails it


class Box(Protocol):
    """Anywhere a job can be observed."""

    def observe(self, job: Job) -> Observation:
        """Run a job's scenarios over its submission."""


Observe = Callable[[Sequence[Job]], Iterable[Observation]]  # observes many jobs, in their order


@dataclass(frozen=True)
class Expected:
    """The reference's facts by scenario, and the symptoms of each mistake program."""

    reference: Mapping[str, Seen]
    symptoms: Mapping[Mistake, Symptoms]


def recorded(exercise: Exercise) -> Expected:
    """What the kit ships: facts and symptoms of the visible checks. ExerciseError if there are none."""
    record = read(exercise.recorded)
    try:
        symptoms = {Mistake(**item["mistake"]): item["symptoms"] for item in record["mistakes"]}
        return Expected(record["reference"], symptoms)
    except (KeyError, TypeError) as error:
        raise unrecorded(exercise.recorded, error) from error


def observed(exercise: Exercise, observe: Observe) -> Expected:
    """What a teacher has: the reference observed now, the symptoms of all checks as recorded."""
    return Expected(reference(exercise, observe), all_symptoms(exercise))


def all_symptoms(exercise: Exercise) -> dict[Mistake, Symptoms]:
    """The recorded symptoms of visible and hidden checks together; the words are those of the programs."""
    visible = {mistake.name: shown for mistake, shown in recorded(exercise).symptoms.items()}
    hidden = read(exercise.recorded_hidden)
    return {m: {**visible.get(m.name, {}), **hidden.get(m.name, {})} for m in mistakes(exercise)}


def reference(exercise: Exercise, observe: Observe) -> Mapping[str, Seen]:
    """The reference's facts under all scenarios. ValueError if it does not run as it should."""
    (observation,) = observe([job_of(exercise, exercise.text(exercise.reference), exercise.all_scenarios())])
    facts = facts_of(observation, exercise)
    for name, seen in facts.items():
        if "facts" not in seen and "skipped" not in seen:
            raise ValueError(f"The reference of {exercise.id} ends scenario {name!r} with {seen}.")
    return facts


def facts_of(observation: Observation, exercise: Exercise) -> Mapping[str, Seen]:
    """What one of our own programs shows. ValueError if it does not load."""
    loading = observation["loading"]
    if loading["status"] != "loaded" or loading["skipped"]:
        raise ValueError(f"A program of {exercise.id} does not load: {loading}")
    return observation["scenarios"]


def job_for(exercise: Exercise, program: Path, scenarios: tuple[tuple[str, str], ...]) -> Job:
    """A job that observes one of our own programs."""
    return job_of(exercise, text_of(program), scenarios)


def job_of(exercise: Exercise, text: str, scenarios: tuple[tuple[str, str], ...]) -> Job:
    """A job that observes a program of this text, a script without files beside it."""
    return Job(
        exercise=exercise.id,
        module=exercise.module,
        names=exercise.stub.names,
        script=True,
        cells=(text,),
        scenarios=scenarios,
    )


def read(path: Path) -> Mapping[str, Any]:
    """A recorded.json. ExerciseError if it holds no object."""
    try:
        record = json.loads(text_of(path))
    except ValueError as error:
        raise unrecorded(path, error) from error
    if not isinstance(record, dict):
        raise unrecorded(path, "it holds no object")
    return record
