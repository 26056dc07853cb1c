"""The mutants of the references, and the list of those that are as right as they are; `make mutate` judges them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.exercise import Exercise, exercise, exercises
from tests.mutation.equivalent import equivalent
from tests.mutation.mutants import behaviour, mutants

IDS = [item.id for item in exercises()]
SHARE = 0.1  # of an exercise's mutants: so many may be equivalent
SCORE = (Path(__file__).parent / "mutation" / "README.md").read_text(encoding="utf-8")

WRITTEN = '''"""A module."""
Batch = tuple[int, int]

def double(x: int = 2) -> int:
    """Two of it."""
    if x < 0:
        raise ValueError(f"{x} is below zero")
    log(x)
    return x * 2
'''
DONE = """def double(x=2):
    if x < 0:
        raise ValueError
    log(x)
    return x * 2"""
CHANGED = {
    ("def double(x: int = 2) -> int:", "def double(x: int = 3) -> int:"),
    ("def double(x: int = 2) -> int:", "def double(x: int = (1)) -> int:"),
    ("if x < 0:", "if x <= 0:"),
    ("if x < 0:", "if x < 1:"),
    ("if x < 0:", "if x < (-1):"),
    ("if x < 0:", "if not (x < 0):"),
    ('raise ValueError(f"{x} is below zero")', "pass"),
    ("log(x)", "log(None)"),
    ("log(x)", "pass"),
    ("return x * 2", "return x / 2"),
    ("return x * 2", "return x * 3"),
    ("return x * 2", "return x * (1)"),
}


@pytest.fixture
def small(tmp_path: Path) -> Exercise:
    """An exercise whose reference is `WRITTEN`."""
    for folder, text in (("assignments", "def double(x): ..."), ("solutions", WRITTEN)):
        path = tmp_path / folder / "ex9" / "small.py"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return Exercise("ex9", tmp_path)


def test_hints_docstrings_and_error_texts_are_no_behaviour() -> None:
    assert behaviour(WRITTEN) == DONE


def test_every_change_of_behaviour_is_a_mutant_once(small: Exercise) -> None:
    found = mutants(small)
    assert {(mutant.before, mutant.after) for mutant in found} == CHANGED
    assert len(found) == len(CHANGED)
    assert {mutant.function for mutant in found} == {"double"}
    assert all(ast.parse(mutant.source) for mutant in found)


def test_a_decorated_function_is_mutated_and_loses_its_decorator(small: Exercise) -> None:
    small.reference.write_text("@cached\ndef one():\n    return 1\n", encoding="utf-8")
    changed = {(mutant.before, mutant.after) for mutant in mutants(small)}
    assert changed == {("@cached", ""), ("return 1", "return 2"), ("return 1", "return (0)")}


@pytest.mark.parametrize("name", IDS)
def test_the_list_of_equivalent_mutants(name: str) -> None:
    known, listed = mutants(exercise(name)), equivalent(exercise(name))
    for mutant, entry in listed.items():
        assert known.count(mutant) == 1, f"Not one mutant, but {known.count(mutant)}: {mutant}"
        assert entry["contract"], mutant
        assert entry["why"], mutant
    assert len(listed) <= SHARE * len(known)
    figures = f"| {name} | {len(known)} | {len(known) - len(listed)} | {len(listed)} |"
    assert figures in SCORE, f"The table in tests/mutation/README.md should say {figures}"
