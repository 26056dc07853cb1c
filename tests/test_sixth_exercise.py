"""A sixth exercise is three folders and nothing central: it is checked, graded and audited like the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toy import FILES, copy_kit, write_exercise


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit whose only exercise is the sixth."""
    root = tmp_path_factory.mktemp("kit")
    copy_kit(root)
    write_exercise(root)
    assert grader(root, "record", "ex6").returncode == 0
    return root


def grader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the kit in `root`."""
    paths = os.pathsep.join([str(root), str(root / "assignments")])
    return subprocess.run(
        [sys.executable, "-m", "grader", *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_audit_finds_nothing(kit: Path) -> None:
    run = grader(kit, "audit")
    assert (run.returncode, run.stdout) == (0, "The kit is in order.\n"), run.stderr


def test_check_reports_a_stub_as_not_started(kit: Path) -> None:
    run = grader(kit, "check", "ex6")
    assert run.returncode == 1, run.stderr
    assert "Not started yet" in run.stdout


def test_check_names_the_mistake_and_the_points(kit: Path) -> None:
    run = grader(kit, "check", "ex6", "solutions/ex6/mistakes/counts-sequences.py")
    assert run.returncode == 1, run.stderr
    assert "ex6.counts-sequences" in run.stdout
    assert "0 of 12" in run.stdout
    assert "8 more points" in run.stdout


def test_check_exits_0_when_all_visible_checks_pass(kit: Path) -> None:
    run = grader(kit, "check", "ex6", "solutions/ex6/lengths.py")
    assert run.returncode == 0, run.stderr
    assert "12 of 12" in run.stdout


def test_check_says_which_exercises_there_are(kit: Path) -> None:
    run = grader(kit, "check", "ex9")
    assert (run.returncode, run.stdout) == (2, "")
    assert "Choose one of: ex6" in run.stderr


def test_grade_gives_the_reference_full_marks(kit: Path, tmp_path: Path) -> None:
    (tmp_path / "class" / "ada" / "ex6").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "ex6" / "lengths.py").write_text(
        (kit / "solutions/ex6/lengths.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    run = grader(kit, "grade", str(tmp_path / "class"), str(tmp_path / "out"))
    assert run.returncode == 0, run.stderr
    result = json.loads((tmp_path / "out" / "results" / "ada.json").read_text(encoding="utf-8"))
    assert (result["score"], result["max_score"]) == (20, 20)


def test_the_exercise_is_three_folders() -> None:
    rooms = {name.rpartition("/ex6/")[0] for name in FILES}
    assert rooms == {"assignments", "grader/exercises", "solutions"}
