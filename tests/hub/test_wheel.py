"""The wheel that is installed on a hub checks a student's work, with nothing of the checkout around it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from grader.exercise import exercise, exercises
from grader.hub.leaks import Secrets
from grader.hub.release import leaks, wheel_of, write_kit

EX3 = exercise("ex3")


def test_the_wheel_checks_and_leaks_nothing(tmp_path: Path) -> None:
    write_kit(tmp_path / "kit", exercises())
    wheel = wheel_of(tmp_path / "kit", tmp_path)
    assert list(leaks([wheel], Secrets.of(exercises()))) == []
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    mine = tmp_path / "mine.py"
    mine.write_text(EX3.reference.read_text(encoding="utf-8"), encoding="utf-8")
    for box in ({}, {"BOX": "none"}):
        ended = subprocess.run(
            [sys.executable, "-m", "grader", "check", "ex3", str(mine)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path / "site")} | box,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "11 of 11 points" in ended.stdout, ended.stderr
