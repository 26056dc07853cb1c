"""The form of an exercise, read from its files: points, rows and tests, signatures, words, stray files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from grader.audit.fault import Fault, place
from grader.audit.words import words
from grader.exercise import Check, Exercise, KitError
from grader.exercise import exercises as all_exercises
from grader.mistakes import mistakes
from grader.syntax import parse

POINTS = 20  # of each exercise, by the contract


def form(exercise: Exercise) -> Iterator[Fault]:
    """Every fault of form. A missing or unreadable file is one fault, and what depends on it is left out."""
    try:
        yield from folders(exercise)
        yield from points(exercise)
        yield from tests(exercise)
        yield from signatures(exercise)
        yield from table(exercise)
        yield from hints(exercise)
        yield from words(exercise)
    except (KitError, OSError, SyntaxError, ValueError, KeyError) as error:
        yield Fault(exercise.id, f"{type(error).__name__}: {error}", "Mend this first, then audit again.")


def folders(exercise: Exercise) -> Iterator[Fault]:
    """Files that are missing or that belong to nothing."""
    stub = exercise.stub_on_disk().name
    rooms = {
        exercise.handout: ["README.md", stub],
        exercise.room: ["rubric.toml", "scenarios.py", "test_visible.py", "recorded.json"],
        exercise.solution: [stub, "scenarios.py", "test_hidden.py", "recorded.json"],
    }
    optional = ["scenarios_*.py", "mistakes/*.py", "architectures/*.py"]
    for room, names in rooms.items():
        present = {path.relative_to(room).as_posix() for path in room.rglob("*") if is_kept(path)}
        for name in sorted(set(names) - present):
            mend = f"Run `make record {exercise.id}`." if name == "recorded.json" else "Write it."
            yield Fault(place(exercise, room / name), "The file is missing.", mend)
        for name in sorted(present - set(names)):
            if room != exercise.solution or not any(fnmatch(name, pattern) for pattern in optional):
                yield Fault(
                    place(exercise, room / name),
                    "The file belongs to nothing.",
                    "Move it where it belongs or delete it.",
                )


def strays(root: Path) -> Iterator[Fault]:
    """Folders of exercises that have no rubric, and files beside the folders."""
    known = {exercise.id for exercise in all_exercises(root)}
    rooms = {"assignments": known | {"lecture"}, "solutions": known, "grader/exercises": known}
    for room, names in rooms.items():
        for path in sorted((root / room).iterdir()):
            if path.name not in {*names, "__pycache__"}:
                what = "It belongs to no exercise that has a rubric."
                yield Fault(
                    f"{room}/{path.name}", what, f"Write grader/exercises/{path.name}/rubric.toml, or delete it."
                )


def is_kept(path: Path) -> bool:
    """Whether a path is a file that somebody wrote."""
    return path.is_file() and "__pycache__" not in path.parts


def points(exercise: Exercise) -> Iterator[Fault]:
    """The points of an exercise."""
    if exercise.max_score != POINTS:
        what = f"The points sum to {exercise.max_score:g}, not {POINTS}."
        yield Fault(place(exercise, exercise.room / "rubric.toml"), what, "Change the points of its rows.")


def tests(exercise: Exercise) -> Iterator[Fault]:
    """Rows without a test, tests without a row, tests in the wrong room."""
    for path, visible in ((exercise.room / "test_visible.py", True), (exercise.solution / "test_hidden.py", False)):
        rows = {check.test for check in exercise.checks if check.visible == visible}
        found = {node.name for node in functions(path.read_text(encoding="utf-8")) if node.name.startswith("test_")}
        for name in sorted(rows - found):
            yield Fault(
                place(exercise, path), f"A row of the rubric has no {name}.", "Write the test or delete the row."
            )
        for name in sorted(found - rows):
            yield Fault(
                place(exercise, path), f"{name} belongs to no row of the rubric.", "Add the row or delete the test."
            )


def functions(text: str) -> list[ast.FunctionDef]:
    """The top-level functions of a file."""
    return [node for node in parse(text).body if isinstance(node, ast.FunctionDef)]


def signatures(exercise: Exercise) -> Iterator[Fault]:
    """Differences between the signatures of the stub, the sheet and the reference."""
    asked = signatures_of(exercise.stub_on_disk().text)
    shown = signatures_of("\n".join(re.findall(r"```python\n(.*?)```", exercise.sheet, re.DOTALL)))
    solved = signatures_of(exercise.reference.read_text(encoding="utf-8"))
    for name, signature in asked.items():
        for where, others in (("the sheet", shown), ("the reference", solved)):
            if others.get(name) != signature:
                what = f"{name}({signature}) is {name}({others.get(name, '')}) in {where}."
                yield Fault(place(exercise, exercise.file), what, f"Make the stub and {where} agree.")


def signatures_of(text: str) -> dict[str, str]:
    """The arguments of every public function and of the methods of every class, without type hints."""
    found: dict[str, str] = {}
    for node in parse(text).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = bare(node.args)
        elif isinstance(node, ast.ClassDef):
            methods = (item for item in node.body if isinstance(item, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}": bare(method.args) for method in methods}
    return found


def bare(arguments: ast.arguments) -> str:
    """Arguments and their defaults, without type hints."""
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    return ast.unparse(arguments)


def table(exercise: Exercise) -> Iterator[Fault]:
    """Rows of the sheet's rubric table that say something else than the rubric."""
    shown = re.findall(r"^\| *`?(ex\w+\.[\w-]+)`? *\| *(\d+) *\| *(\w+) *\|", exercise.sheet, re.MULTILINE)
    want = [row(check) for check in exercise.checks]
    for line in want:
        if line not in shown:
            what = f"The rubric table lacks the row '| {' | '.join(line)} |'."
            yield Fault(place(exercise, exercise.handout / "README.md"), what, "Write it as rubric.toml has it.")
    for line in shown:
        if line not in want:
            what = f"The row '| {' | '.join(line)} |' is not in the rubric."
            yield Fault(place(exercise, exercise.handout / "README.md"), what, "Write it as rubric.toml has it.")


def row(check: Check) -> tuple[str, str, str]:
    """A check as the sheet's table shows it."""
    return check.id, f"{check.points:g}", "visible" if check.visible else "hidden"


def hints(exercise: Exercise) -> Iterator[Fault]:
    """Empty hints, and numbers in what a hidden check may say."""
    for check in exercise.checks:
        if not check.hint.strip() or not check.meaning.strip():
            where = place(exercise, exercise.room / "rubric.toml")
            yield Fault(where, f"{check.id} has an empty hint or meaning.", "Say what to reread.")
    ids = {check.id for check in exercise.checks}
    for mistake, path in mistakes(exercise).items():
        if re.search(r"\d", mistake.sentence):
            yield Fault(
                place(exercise, path), "Its sentence holds a number.", "Hidden checks show it: leave numbers out."
            )
        for name in sorted({*mistake.costs, *mistake.may_cost} - ids):
            yield Fault(place(exercise, path), f"It costs {name}, which is no row.", "Use the rubric's names.")
        if not mistake.costs:
            yield Fault(
                place(exercise, path), "It costs nothing.", "Write a line 'Costs: ' with the rows that it loses."
            )
