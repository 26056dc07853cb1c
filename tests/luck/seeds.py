"""Which scenarios draw, and what they see of a program under many seeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.box.job import Job, Observation
from grader.exercise import Exercise
from grader.expected import job_for

INSIDE = Path(__file__).with_name("inside.py")
FEW = range(3)  # seeds, to find out whether a scenario draws
AT_ONCE = 50  # seeds in one process: the box bounds the CPU time of a process, however many scenarios it runs

Facts = dict[str, Any]  # what was seen, by scenario
UNLOADED = {"killed": "the program did not load"}


def draws_job(item: Exercise, program: Path, scenarios: Sequence[str]) -> Job:
    """Ask of each of some scenarios whether it draws."""
    job = asking(item, program, scenarios, "draws", FEW)
    return replace(job, only=tuple(f"{name} draws" for name in scenarios))


def drawing(observation: Observation) -> tuple[set[str], set[str]]:
    """The scenarios that the box's seed reaches, and those among them whose facts show it, for one program."""
    answers = {name.partition(" ")[0]: seen["facts"] for name, seen in observation["scenarios"].items()}
    shown = {name for name, answer in answers.items() if answer["shows"]}
    return shown | {name for name, answer in answers.items() if answer["reaches"]}, shown


def seeds_jobs(item: Exercise, program: Path, drawn: Sequence[str], steady: Sequence[str], seeds: int) -> list[Job]:
    """Look at a program in the scenarios that draw, under so many seeds, and in the steady ones once."""
    parts = [range(start, min(start + AT_ONCE, seeds)) for start in range(0, seeds, AT_ONCE)]
    jobs = [asking(item, program, drawn, "under", part) for part in parts]
    only = [tuple(f"{name} {seed}" for name in drawn for seed in part) for part in parts]
    only[0] += tuple(steady)
    return [replace(job, only=names) for job, names in zip(jobs, only, strict=True)]


def by_seed(observations: Iterable[Observation], drawn: Sequence[str], seeds: int) -> Iterator[Facts]:
    """For each seed what all scenarios saw."""
    scenarios: Facts = {name: seen for one in observations for name, seen in one["scenarios"].items()}
    for seed in range(seeds):
        yield scenarios | {name: scenarios.get(f"{name} {seed}", UNLOADED) for name in drawn}


def asking(item: Exercise, program: Path, names: Sequence[str], asked: str, seeds: range) -> Job:
    """A job that looks at some scenarios by the module that travels behind their own."""
    own = item.all_scenarios()
    modules = [name for name, _ in own]
    call = f"looks({modules}, {list(names)}, {asked!r}, {seeds})"
    text = f"{INSIDE.read_text(encoding='utf-8')}\n\nSCENARIOS = {call}\n"
    return job_for(item, program, (*own, ("tests.luck.inside", text)))
