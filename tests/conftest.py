"""What several tests need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.exercise import Exercise
from grader.expected import Observe
from grader.workers import local, side_by_side
from tests.toy import write_exercise


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    """The sixth exercise, in a folder of its own."""
    root: Path = tmp_path_factory.mktemp("toy")
    write_exercise(root)
    return Exercise("ex6", root)


@pytest.fixture(scope="session")
def observe() -> Iterator[Observe]:
    """Runs jobs in boxes, on all cores; the boxes stay warm for the whole session."""
    with local() as executor:
        yield side_by_side(executor)
