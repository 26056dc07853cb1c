"""Exercises, their checks and the mistakes worth naming, all read from the folders.

An exercise `exN` is three folders: `assignments/exN` (sheet and stub), `grader/exercises/exN` (rubric, visible
scenarios and checks, recorded facts) and `solutions/exN` (reference, hidden scenarios and checks, mistakes),
which only a teacher has. Adding an exercise is adding these folders and nothing else.
"""

from __future__ import annotations

import ast
import json
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.syntax import parse

ROOT = Path(__file__).parent.parent

# What a row of a rubric must say: in words, for whoever wrote something else, and as it is tested.
ROW: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "points": ("a number, not below 0", lambda told: isinstance(told, int | float) and 0 <= told < math.inf),
    "visible": ("true or false", lambda told: isinstance(told, bool)),
    "meaning": ("a text", lambda told: isinstance(told, str)),
    "hint": ("a text", lambda told: isinstance(told, str)),
}


class KitError(Exception):
    """The kit itself is at fault, whoever is graded; the text says where and what to do."""


class ExerciseError(KitError):
    """An exercise that was asked for does not exist, or its folders are at fault."""


@dataclass(frozen=True)
class Check:
    """One row of a rubric: what holds when it passes, its points, and what to reread when it does not."""

    id: str
    points: float
    visible: bool
    meaning: str
    hint: str

    @property
    def test(self) -> str:
        """The name of the row's test: `ex3.micro-batches` is `test_micro_batches`."""
        return "test_" + self.id.partition(".")[2].replace("-", "_")


@dataclass(frozen=True)
class Stub:
    """What a student completes: the file's name and its text as it was handed out."""

    name: str
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """The functions and classes that it asks for."""
        body = parse(self.text).body
        return tuple(node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef))


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its folders tell it when they are first asked: whoever holds it knows one state of them."""

    id: str
    root: Path = ROOT
    texts: dict[Path, str] = field(default_factory=dict, init=False, repr=False, compare=False)  # read so far

    def text(self, path: Path) -> str:
        """The text of a file, read once: what is run is what its digest names, whatever happens to the file."""
        if path not in self.texts:
            self.texts.setdefault(path, text_of(path))  # the first reader's, if several threads are at it
        return self.texts[path]

    @property
    def handout(self) -> Path:
        """The folder that a student is given."""
        return self.root / "assignments" / self.id

    @property
    def room(self) -> Path:
        """The folder of the visible checks."""
        return self.root / "grader" / "exercises" / self.id

    @property
    def solution(self) -> Path:
        """The folder that a student is never given."""
        return self.root / "solutions" / self.id

    @property
    def rubric(self) -> Path:
        """Its rows: what is checked, for how many points."""
        return self.room / "rubric.toml"

    @property
    def recorded(self) -> Path:
        """What the kit ships beside the visible checks: the stub as it was handed out, and recorded facts."""
        return self.room / "recorded.json"

    @property
    def recorded_hidden(self) -> Path:
        """What stays with the teachers: the symptoms of the mistakes that hidden checks see."""
        return self.solution / "recorded.json"

    @cached_property
    def stub(self) -> Stub:
        """The stub as it was handed out; a student writes over the one in `assignments/`."""
        if not self.recorded.exists():
            return self.stub_on_disk()
        try:
            return Stub(**json.loads(text_of(self.recorded))["stub"])
        except (ValueError, KeyError, TypeError) as error:
            raise unrecorded(self.recorded, error) from error

    def stub_on_disk(self) -> Stub:
        """The one .py file in `assignments/exN`. ExerciseError if there is none, or more than one."""
        stubs = files(self.handout, "*.py")
        if len(stubs) != 1:
            raise ExerciseError(f"{self.handout} must hold one stub, one .py file; it has {len(stubs)}.")
        return Stub(stubs[0].name, text_of(stubs[0]))

    @property
    def file(self) -> Path:
        """Where a student writes."""
        return self.handout / self.stub.name

    @property
    def reference(self) -> Path:
        """The reference solution."""
        return self.solution / self.stub.name

    @property
    def module(self) -> str:
        """The name of the student's module."""
        return Path(self.stub.name).stem

    @cached_property
    def title(self) -> str:
        """The first heading of the sheet."""
        return self.sheet.splitlines()[0].lstrip("# ")

    @cached_property
    def sheet(self) -> str:
        """The task, as a student reads it. ExerciseError if it is not there."""
        path = self.handout / "README.md"
        if not path.exists():
            raise ExerciseError(f"{self.id} has no sheet: {path} is not there. Copy it from the kit again.")
        return path.read_text(encoding="utf-8")

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The rubric's rows, in its order. ExerciseError where nobody could be graded by them."""
        try:
            rows = tomllib.loads(self.text(self.rubric))
            checks = tuple(check_of(f"{self.id}.{name}", row) for name, row in rows.items())
            if not sum(check.points for check in checks):
                raise ValueError("no row has points, and an exercise needs some")
        except ValueError as error:
            raise ExerciseError(
                f"{self.rubric} is no rubric: {error}. Mend it, and run the same command again."
            ) from error
        return checks

    @property
    def visible_tests(self) -> Path:
        """The file of the checks that everyone may see."""
        return self.room / "test_visible.py"

    @property
    def hidden_tests(self) -> Path:
        """The file of the checks that only a teacher has."""
        return self.solution / "test_hidden.py"

    @property
    def tests(self) -> list[Path]:
        """The files of its checks: the visible ones, and the hidden ones where the solutions are at hand."""
        return [self.visible_tests, self.hidden_tests] if self.solution.exists() else [self.visible_tests]

    @property
    def max_score(self) -> float:
        """The points of all rows together."""
        return sum(check.points for check in self.checks)

    def visible_scenarios(self) -> tuple[tuple[str, str], ...]:
        """The text of the scenarios that everyone may see, by module name."""
        path = self.room / "scenarios.py"
        return ((f"grader.exercises.{self.id}.scenarios", self.text(path)),)

    def all_scenarios(self) -> tuple[tuple[str, str], ...]:
        """The texts of all scenarios, visible before hidden; the hidden ones where the solutions are at hand.

        A box hands them on in this order, each once all before was told. So what a scenario lends that is right,
        as a loss, stands in a `scenarios_*.py`: behind the scenarios that judge a student's own.
        """
        if not self.solution.exists():
            return self.visible_scenarios()
        hidden = [self.solution / "scenarios.py", *files(self.solution, "scenarios_*.py")]
        texts = [(f"solutions.{self.id}.{path.stem}", self.text(path)) for path in hidden]
        return (*self.visible_scenarios(), *texts)


def check_of(name: str, row: Any) -> Check:
    """The check of a rubric's row. ValueError if something is missing from it, or is of another kind."""
    told = row if isinstance(row, dict) else {}
    for key, (what, fits) in ROW.items():
        if not fits(told.get(key)):
            raise ValueError(f"`{key}` of {name} must be {what}")
    return Check(name, float(told["points"]), told["visible"], told["meaning"], told["hint"])


def unrecorded(path: Path, why: object) -> ExerciseError:
    """What there is to say of a recorded.json that `make record` did not write so."""
    return ExerciseError(
        f"{path} is not what was recorded: {why}. Run `make record {path.parent.name}`, or copy it again."
    )


def text_of(path: Path) -> str:
    """The text of a file of the kit. KitError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise KitError(
            f"The kit's own {path} could not be read: {why}. Mend it, and run the same command again."
        ) from error


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of the kit in a folder, by name; not an editor's own, whose names begin with a dot."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


class Draft(Exercise):
    """An exercise as its author has it: its stub is the one on disk, recorded or not."""

    @cached_property
    def stub(self) -> Stub:
        """The stub in `assignments/`."""
        return self.stub_on_disk()


def exercises(root: Path = ROOT) -> list[Exercise]:
    """Every exercise that has a rubric, by name. ExerciseError if there is none, or where no check could run."""
    if any(sign in str(root) for sign in ("[", "::")):  # pytest would take the rest for the name of a test
        raise ExerciseError(f"The kit lies in {root}. Checks can't run below a name with '[' or '::': rename it.")
    room = root / "grader" / "exercises"
    rubrics = sorted(room.glob("*/rubric.toml"))
    if not rubrics:
        raise ExerciseError(f"There is no exercise in {room}: no folder there has a rubric.toml. Copy them again.")
    return [Exercise(path.parent.name, root) for path in rubrics]


def exercise(name: str, root: Path = ROOT) -> Exercise:
    """The exercise called `name`; ExerciseError lists the ones there are."""
    known = {item.id: item for item in exercises(root)}
    if name not in known:
        raise ExerciseError(f"There is no exercise {name!r}. Choose one of: {', '.join(known)}.")
    return known[name]
