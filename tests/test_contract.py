"""The rubrics and the mistake programs say what the course's binding tables say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from grader.exercise import exercise, exercises
from grader.mistakes import Mistake, mistakes

TABLES = tomllib.loads((Path(__file__).parent / "contract.toml").read_text(encoding="utf-8"))
IDS = sorted({row.partition(".")[0] for row in TABLES["rows"]})


def test_the_five_exercises_are_there() -> None:
    assert [item.id for item in exercises()] == IDS


@pytest.mark.parametrize("name", IDS)
def test_rows(name: str) -> None:
    rows = {
        check.id: {"points": check.points, "shown": "visible" if check.visible else "hidden"}
        for check in exercise(name).checks
    }
    gpu = rows.pop(f"{name}.gpu")
    assert gpu == {"points": 0, "shown": "visible"}
    assert list(rows.items()) == [(row, want) for row, want in TABLES["rows"].items() if row.startswith(name)]


@pytest.mark.parametrize("name", IDS)
def test_every_mistake_of_the_table_has_programs_and_each_place_it_can_stand(name: str) -> None:
    programs = list(mistakes(exercise(name)))
    for id, table in TABLES["mistakes"].items():
        if id.startswith(name):
            costs = [short(program.costs) for program in programs if program.id == id]
            for place in table["costs"]:
                assert set(place) in costs, f"{id}: no program costs {place}"


@pytest.mark.parametrize("name", IDS)
def test_no_program_costs_more_than_the_table_says(name: str) -> None:
    for program in mistakes(exercise(name)):
        if table := TABLES["mistakes"].get(program.id):
            assert short(program.costs) in [set(place) for place in table["costs"]], program.name
            assert short(program.may_cost) <= set(table["may_cost"]), program.name


def short(rows: tuple[str, ...]) -> set[str]:
    """Rubric ids without their exercise."""
    return {row.partition(".")[2] for row in rows}


def test_variants_share_an_id() -> None:
    assert Mistake("off-by-one.early", "ex2", "", "").id == "ex2.off-by-one"
