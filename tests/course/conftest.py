"""What every test of a course meets: a stand-in for the box, a recorded exercise, an inbox and an OUT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.exercise import Exercise
from grader.recording import record
from tests.classes import (
    MISTAKE,
    StandIn,
    means,
    stand_in,
)


@pytest.fixture(autouse=True)
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The stand-in that every run of these tests meets."""
    with stand_in(monkeypatch) as box:
        yield box


@pytest.fixture(scope="module")
def toy(toy: Exercise) -> Exercise:
    """The toy exercise, recorded: its one mistake counts sequences."""
    record(toy, lambda jobs: [means(3.0, 0.0) if MISTAKE in job.cells[0] else means(8 / 3, 0.0) for job in jobs])
    return toy


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"
