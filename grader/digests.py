"""Digests: what facts and verdicts depend on, so that only what changed is done again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.box import limits, sight
from grader.exercise import ROOT, Exercise, files, text_of
from grader.submission import Source, Submission

# What the contract lets a submission import, by the names under which it is installed.
LIBRARIES = ("torch", "numpy", "scipy", "scikit-learn", "pandas", "matplotlib", "tqdm")


def of_submission(found: Submission) -> str:
    """What a student handed in for one exercise; of its texts and files, which may be large, the digests."""
    if not isinstance(found, Source):
        return digest([repr(found)])
    files = [(path, hashlib.sha256(content).hexdigest()) for path, content in found.files.items()]
    return digest([repr((found.path, found.script, files, found.notes, found.unplaced)), *found.cells])


@cache
def of_surroundings() -> str:
    """What anything that is seen here depends on: Python, libraries, and all that reads and runs a submission."""
    grader = ROOT / "grader"
    code = texts([*sight.kit().values(), grader / "submission", grader / "record.py", grader / "doubt.py"])
    machine = [sys.version, str(limits.PATIENCE), *(f"{name} {version_of(name)}" for name in LIBRARIES)]
    return digest([*machine, *code])


@cache
def of_scenarios(exercise: Exercise) -> str:
    """What a record depends on besides the submission: the scenarios, and where they run."""
    return digest([of_surroundings(), repr((exercise.stub, exercise.all_scenarios()))])


@cache
def of_reference(exercise: Exercise) -> str:
    """What the facts of the reference depend on."""
    return digest([of_scenarios(exercise), exercise.text(exercise.reference)])


@cache
def of_judging(exercise: Exercise) -> str:
    """What a result depends on besides the record: rubric, checks, references, mistakes, and the grader's words."""
    data = [exercise.text(exercise.rubric), text_of(exercise.recorded), text_of(exercise.recorded_hidden)]
    code = texts([exercise.room, exercise.solution, *files(ROOT / "grader", "*.py"), ROOT / "grader/report"])
    return digest([of_scenarios(exercise), *data, *code])


def of_result(handed_in: Mapping[str, str], exercises: Sequence[Exercise]) -> str:
    """What a student's result depends on; `handed_in` are the digests of the submissions, by exercise."""
    return digest([*(handed_in[item.id] for item in exercises), *(of_judging(item) for item in exercises)])


def read_anew(exercises: Sequence[Exercise]) -> list[Exercise]:
    """The exercises as their files are now, all digests made anew: a run holds to what it read at its beginning.

    KitError if a file cannot be read, or a rubric is none.
    """
    for kept in (of_surroundings, of_scenarios, of_reference, of_judging):
        kept.cache_clear()
    anew = [replace(exercise) for exercise in exercises]
    for exercise in anew:
        of_reference(exercise)
        of_judging(exercise)
        _ = exercise.checks  # else a rubric at fault would be told of by the first test that asks for its row
    return anew


def have_changed(exercises: Sequence[Exercise]) -> bool:
    """Whether the files that judging depends on are others than they were when they were read."""
    before = [of_judging(exercise) for exercise in exercises]
    return [of_judging(exercise) for exercise in read_anew(exercises)] != before


def version_of(library: str) -> str:
    """The version of a library, empty if it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def texts(places: Iterable[Path]) -> list[str]:
    """Python files and tables, and those below some folders, in a fixed order."""
    inside = [files(place, "**/*") if place.is_dir() else [place] for place in places]
    paths = [path for group in inside for path in group if path.suffix in (".py", ".csv")]
    return [text_of(path) for path in paths]


def digest(parts: Iterable[str]) -> str:
    """One digest of many texts."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    return whole.hexdigest()
