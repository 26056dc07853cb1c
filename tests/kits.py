"""Whole kits with the toy exercise alone, whose commands run as processes of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from grader.exercise import ROOT
from tests.toy import copy_kit, write_exercise


def toy_kit(root: Path) -> Path:
    """A kit whose only exercise is the sixth, recorded."""
    copy_kit(root)
    write_exercise(root)
    shutil.copy(ROOT / "Makefile", root)
    made = run(root, "record", "ex6")
    assert made.returncode == 0, made.stderr
    return root


def command(*arguments: str | Path) -> list[str]:
    """The command line of one of the kit's commands."""
    return [sys.executable, "-m", "grader", *map(str, arguments)]


def environment(root: Path, **more: str) -> dict[str, str]:
    """The environment in which a kit's own modules are found first."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "assignments")]), **more}


def run(root: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments), cwd=root, env=environment(root, **more),
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip


def make(root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `make` in a kit, with this Python."""
    return subprocess.run(
        ["make", f"PYTHON={sys.executable}", *arguments], cwd=root, env=environment(root, **more),
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
