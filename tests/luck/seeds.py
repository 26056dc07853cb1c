"""Which scenarios draw, and what they see of a program under many seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.box.job import Job, Observation
from grader.exercise import Exercise
from grader.expected import job_for

INSIDE = Path(__file__).with_name("inside.py")
FEW = 3  # seeds, to find out whether a scenario draws
AT_ONCE = 10  # seeds in one look at a program: a look has a time limit

Facts = dict[str, Any]  # what was seen, by scenario
UNLOADED = {"killed": "the program did not load"}


def draws_job(item: Exercise, program: Path, scenarios: Sequence[str]) -> Job:
    """Ask of each of some scenarios whether it draws."""
    return asking(item, program, [(name, 0, FEW) for name in scenarios], "draws")


def drawing(observation: Observation) -> tuple[set[str], set[str]]:
    """The scenarios that the box's seed reaches, and those among them whose facts show it, for one program."""
    answers = {name.partition(" ")[0]: seen["facts"] for name, seen in observation["scenarios"].items()}
    shown = {name for name, answer in answers.items() if answer["shows"]}
    return shown | {name for name, answer in answers.items() if answer["reaches"]}, shown


def seeds_job(item: Exercise, program: Path, drawn: Sequence[str], steady: Sequence[str], seeds: int) -> Job:
    """Look at a program in the scenarios that draw, under so many seeds, and in the steady ones once."""
    parts = [(name, start, min(start + AT_ONCE, seeds)) for name in drawn for start in range(0, seeds, AT_ONCE)]
    job = asking(item, program, parts, "under")
    return replace(job, only=(*job.only, *steady))


def by_seed(observation: Observation, drawn: Sequence[str], seeds: int) -> Iterator[Facts]:
    """For each seed what all scenarios saw. A look that did not end says of each of its seeds what ended it."""
    scenarios: Facts = dict(observation["scenarios"])
    for seed in range(seeds):
        looks = {name: scenarios.get(f"{name} from {seed // AT_ONCE * AT_ONCE}", UNLOADED) for name in drawn}
        yield scenarios | {
            name: look["facts"][str(seed)] if "facts" in look else look for name, look in looks.items()
        }


def asking(item: Exercise, program: Path, parts: Sequence[tuple[str, int, int]], asked: str) -> Job:
    """A job that looks at scenarios from one seed to another, by the module that travels behind their own."""
    own = item.all_scenarios()
    modules = [name for name, _ in own]
    text = f"{INSIDE.read_text(encoding='utf-8')}\n\nSCENARIOS = looks({modules}, {list(parts)}, {asked!r})\n"
    job = job_for(item, program, (*own, ("tests.luck.inside", text)))
    return replace(job, only=tuple(f"{name} from {start}" for name, start, _ in parts))
