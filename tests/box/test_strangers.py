"""A module that was imported and is no file that was handed in is named."""

from __future__ import annotations

import importlib
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from grader.box.job import Job
from grader.box.strangers import Strangers
from grader.exercise import ROOT


def test_a_module_that_was_not_handed_in_is_strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"helper_as_it_was.py": b"x = 1", "helper_written_over.py": b"x = 1", "helper.txt": b"x = 2"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    strangers = Strangers(Job("ex0", "program", (), True, ("",), (), files), tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), "table.csv", *sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    shutil.copy("helper.txt", "helper_of_a_text.py")
    shutil.copy("helper.txt", "helper_written_over.py")
    with zipfile.ZipFile("table.csv", "w") as table:
        table.writestr("helper_of_a_table.py", "x = 3")
    importlib.invalidate_caches()
    sys.modules.pop("colorsys", None)
    for name in ("as_it_was", "of_a_text", "written_over", "of_a_table"):
        importlib.import_module(f"helper_{name}")
    importlib.import_module("colorsys")  # the system's own
    assert strangers.names() == ["helper_of_a_text", "helper_written_over", "helper_of_a_table"]
    assert strangers.names() == []


def test_what_is_ours_is_strange_under_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strangers = Strangers(Job("ex0", "program", (), True, ("",), ()), tmp_path)
    monkeypatch.setattr(sys, "path", [str(ROOT / "grader"), *sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    sys.modules.pop("grader.box.limits")
    importlib.import_module("box.limits")
    importlib.import_module("grader.box.limits")
    assert [name for name in strangers.names() if "limits" in name] == ["box.limits"]
