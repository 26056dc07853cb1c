"""Digests: what facts and verdicts depend on, so that only what changed is done again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grader.exercise import ROOT, Exercise
from grader.submission import Submission

LIBRARIES = ("numpy", "torch", "scikit-learn", "matplotlib")


def of_submission(found: Submission) -> str:
    """What a student handed in for one exercise."""
    return digest([repr(found)])


@cache
def of_scenarios(exercise: Exercise) -> str:
    """What facts depend on besides the submission: the scenarios, the box, the lecture and the libraries."""
    code = texts([ROOT / "grader" / "box", ROOT / "assignments" / "lecture"])
    versions = [sys.version, *(f"{name} {version(name)}" for name in LIBRARIES)]
    return digest([*versions, *code, repr((exercise.stub, exercise.all_scenarios()))])


@cache
def of_reference(exercise: Exercise) -> str:
    """What the facts of the reference depend on."""
    return digest([of_scenarios(exercise), exercise.reference.read_text(encoding="utf-8")])


@cache
def of_judging(exercise: Exercise) -> str:
    """What verdicts depend on besides the facts: rubric, checks, references, mistakes, and the grader's words."""
    data = [exercise.room / "rubric.toml", exercise.recorded, exercise.recorded_hidden]
    code = texts([exercise.room, exercise.solution, ROOT / "grader"])
    return digest([of_scenarios(exercise), *(path.read_text(encoding="utf-8") for path in data), *code])


def texts(rooms: Iterable[Path]) -> list[str]:
    """The Python files below some folders, in a fixed order."""
    paths = [path for room in rooms for path in sorted(room.rglob("*.py"))]
    return [path.read_text(encoding="utf-8") for path in paths]


def digest(parts: Iterable[str]) -> str:
    """One digest of many texts."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    return whole.hexdigest()
