"""What several tests need."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exercise import Exercise
from tests.toy import write_exercise


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    """The sixth exercise, in a folder of its own."""
    root: Path = tmp_path_factory.mktemp("toy")
    write_exercise(root)
    return Exercise("ex6", root)
