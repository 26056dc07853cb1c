"""nbgrader's course folder: sources, configuration, and what nbgrader makes of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

from grader.exercise import ROOT, Exercise
from grader.hub.notebook import notebook

CONFIGURATION = Path(__file__).parent / "nbgrader_config.py"


class ReleaseError(Exception):
    """Nothing was released; the text says why and what to do."""


def write_course(folder: Path, exercises: Sequence[Exercise]) -> None:
    """Write the sources and the configuration, and have nbgrader make the release of each exercise.

    The gradebook and what was submitted stay as they are. Raises ReleaseError with nbgrader's own words.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(CONFIGURATION, folder)
    for exercise in exercises:
        source = folder / "source" / exercise.id / f"{exercise.id}.ipynb"
        source.parent.mkdir(parents=True, exist_ok=True)
        solved = exercise.reference.read_text(encoding="utf-8")
        nbformat.write(notebook(exercise, solved), source)
        nbgrader(folder, "generate_assignment", exercise.id, "--force")


def nbgrader(folder: Path, *arguments: str, check: bool = True) -> str:
    """Run one of nbgrader's commands in a course folder; its words. ReleaseError if it fails and `check` is set."""
    ended = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    words = ended.stdout + ended.stderr
    if check and ended.returncode:
        raise ReleaseError(f"nbgrader {' '.join(arguments)} failed in {folder}:\n{words}")
    return words


def surroundings() -> dict[str, str]:
    """The environment in which nbgrader finds the kit, and alembic, which it calls by name for a new gradebook."""
    here = str(Path(sys.executable).parent)
    return os.environ | {
        "PATH": os.pathsep.join([here, os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "assignments")]),
    }
