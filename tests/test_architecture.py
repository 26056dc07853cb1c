"""The road is held to by the imports of every module: each room knows only what stands before it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from grader.exercise import ROOT

FOR_SCENARIOS = ("facts", "passes", "signatures", "trace", "watch")
INSIDE_THE_BOX = {f"grader.box.{name}" for name in FOR_SCENARIOS}
ALLOWED = {"torch", "numpy", "scipy", "sklearn", "pandas", "matplotlib", "tqdm", "lecture"}  # by a submission


def files(pattern: str) -> list[Path]:
    """Our own Python files that match a pattern, from the top of the kit."""
    return sorted(path for path in ROOT.glob(pattern) if "__pycache__" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, at the top or within a function, those for types aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> set[str]:
    """The modules of the kit that a file imports."""
    return {name for name in imports(path) if name.partition(".")[0] in ("grader", "solutions", "tests")}


def under(name: str, rooms: set[str]) -> bool:
    """Whether a module stands in one of some rooms."""
    return any(name == room or name.startswith(room + ".") for room in rooms)


@pytest.mark.parametrize("path", files("grader/box/**/*.py"), ids=str)
def test_the_box_knows_nothing_but_itself(path: Path) -> None:
    assert {name for name in ours(path) if not under(name, {"grader.box"})} <= {"grader"}


@pytest.mark.parametrize(
    "path", [*files("grader/exercises/*/scenarios.py"), *files("solutions/*/scenarios*.py")], ids=str
)
def test_scenarios_know_what_the_box_has_for_them(path: Path) -> None:
    own = f"grader.exercises.{path.parent.name}.scenarios"
    assert all(under(name, {*INSIDE_THE_BOX, own}) or name == "grader.box" for name in ours(path))


@pytest.mark.parametrize("path", [*files("grader/exercises/*/test_*.py"), *files("solutions/*/test_*.py")], ids=str)
def test_checks_are_functions_of_facts(path: Path) -> None:
    allowed = {"grader.seen", f"grader.exercises.{path.parent.name}.test_visible"}
    assert all(under(name, allowed) for name in ours(path))
    assert not {name.partition(".")[0] for name in imports(path)} & {"torch", "numpy", "lecture"}


@pytest.mark.parametrize("path", files("grader/*.py"), ids=str)
def test_nobody_imports_solutions(path: Path) -> None:
    assert not {name for name in ours(path) if under(name, {"solutions", "tests"})}


def test_the_judge_never_imports_what_runs_code() -> None:
    for name in ("judge.py", "seen.py", "wording.py", "results.py", "exercise.py", "mistakes.py"):
        seen = ours(ROOT / "grader" / name)
        assert {room for room in seen if under(room, {"grader.box"})} == set(), name


@pytest.mark.parametrize("path", files("grader/report/*.py"), ids=str)
def test_reports_are_made_of_what_was_judged(path: Path) -> None:
    rooms = {
        "grader.exercise",
        "grader.results",
        "grader.judge",
        "grader.record",
        "grader.wording",
        "grader.checking",
        "grader.report",
        "grader.submission.names",
    }
    assert all(under(name, rooms) or name == "grader" for name in ours(path))


@pytest.mark.parametrize(
    "path",
    [*files("assignments/ex*/*.py"), *files("solutions/ex*/mistakes/*.py"), *files("tests/submissions/**/*.py")],
    ids=str,
)
def test_submissions_import_only_what_they_may(path: Path) -> None:
    assert not ours(path)


def test_lecture_knows_nothing_of_the_grader() -> None:
    for path in files("assignments/lecture/*.py"):
        assert not ours(path), path


def test_what_is_installed_admits_the_oldest_python_of_ours() -> None:
    kit = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = kit["requires-python"].removeprefix(">=") + ".0"
    needs = {item.name: str(item.metadata.json.get("requires_python", "")) for item in distributions()}
    assert not {name: need for name, need in needs.items() if oldest not in SpecifierSet(need)}
