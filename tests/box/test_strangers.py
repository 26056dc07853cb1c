"""A module that was imported, and that nobody looked through, is named."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import zipfile
from functools import partial
from pathlib import Path

import pytest

from grader.box.job import Job
from grader.box.strangers import Strangers, is_of
from grader.exercise import ROOT


def test_a_module_that_nobody_looked_through_is_strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = {f"helper_{name}.py": b"x = 1" for name in ("as_it_was", "written_over", "nobody_names")}
    files = {**modules, "helper.txt": b"x = 2"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    text = "import helper_as_it_was, helper_written_over"
    strangers = Strangers(Job("ex0", "program", (), True, (text,), (), files), tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), "table.csv", *sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    shutil.copy("helper.txt", "helper_of_a_text.py")
    shutil.copy("helper.txt", "helper_written_over.py")
    with zipfile.ZipFile("table.csv", "w") as table:
        table.writestr("helper_of_a_table.py", "x = 3")
    importlib.invalidate_caches()
    sys.modules.pop("colorsys", None)
    for name in ("as_it_was", "of_a_text", "written_over", "of_a_table", "nobody_names"):
        importlib.import_module(f"helper_{name}")
    importlib.import_module("colorsys")  # the system's own
    assert strangers.names() == [
        f"helper_{name}" for name in ("of_a_text", "written_over", "of_a_table", "nobody_names")
    ]
    assert strangers.names() == []


def test_code_is_that_of_its_text() -> None:
    nan, letters = "1e400 - 1e400", "'a', 'b', 'c', 'd'"
    numbers = ", ".join([nan] * 4)  # in a set, each has its place by where it lies in memory
    text = f"x = {nan}\ndef f(x):\n    return ({nan}, 1) if x in {{{letters}, {numbers}}} else None\n"
    others = [text.replace(*change) for change in (("1)", "2)"), ("x", "y"), ("'b'", "'e'"))]
    for other in (text, *others):
        assert is_of(compile(other, "a.py", "exec", dont_inherit=True), text.encode()) is (other == text)


@pytest.mark.parametrize("event", ["cpython.PyInterpreterState_New", "sqlite3.enable_load_extension"])
def test_what_nobody_hears_is_refused(tmp_path: Path, event: str) -> None:
    strangers = Strangers(Job("ex0", "program", (), True, ("",), ()), tmp_path)
    with pytest.raises(RuntimeError, match="nobody would hear"):
        strangers.hear([].append, event, ())


def test_what_is_ours_is_strange_under_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strangers = Strangers(Job("ex0", "program", (), True, ("",), ()), tmp_path)
    monkeypatch.setattr(sys, "path", [str(ROOT / "grader"), *sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    sys.modules.pop("grader.box.limits")
    importlib.import_module("box.limits")
    importlib.import_module("grader.box.limits")
    assert [name for name in strangers.names() if "limits" in name] == ["box.limits"]


def test_what_is_run_is_heard_whatever_becomes_of_it(tmp_path: Path) -> None:
    files = {"helper.py": b"x = 1\n", "deep/helper.py": b"x = 1\n"}
    cells = ("import helper, deep.helper",)
    strangers = Strangers(Job("ex0", "program", (), True, cells, (), files), tmp_path)
    own, library = str(tmp_path / "helper.py"), json.decoder.__file__
    told: list[str] = []
    hear = partial(strangers.hear, told.append)
    made = "<made>.1 from a/b.py:2"  # as PyTorch names what it makes of a network
    for text, file in (("x = 1\n", own), ("x = 1", library), ("x = 1", "<string>"), ("x = 1", made)):
        hear("exec", (compile(text, file, "exec", dont_inherit=True),))
    cached = f"{tmp_path}/__pycache__/helper.{sys.implementation.cache_tag}.pyc"
    for event in (("open", (cached, "r", 0)), ("open", (own, "r", 0)), ("import", ("helper", None, [], [], []))):
        hear(*event)
    assert told == []
    package = Path(library).parent
    roundabout = f"{package}/{os.path.relpath(tmp_path, package)}/more.py"
    importer = compile("hear('exec', (code,))", "<frozen importlib._bootstrap>", "exec")
    packed = "<torch_package_0>.py"
    for file in (own, str(tmp_path / "deep/unnamed.py"), "table.csv/in.py", "<a>/within.py", packed, roundabout):
        exec(importer, {"hear": hear, "code": compile("x = 2", file, "exec", dont_inherit=True)})
    hear("import", ("fast", str(tmp_path / "fast.so"), None, None, None))
    for file in (f"{tmp_path}/machine.so", "libc.so.6"):
        hear("ctypes.dlopen", (file,))
    for _ in range(2):
        hear("open", (str(tmp_path / "old.pyc"), "r", 0))
    assert told == [
        "helper",
        "deep.unnamed",
        "table.csv.in",
        "<a>.within",
        "<torch_package_0>",
        "more",
        "fast",
        "machine",
        "old",
    ]
    assert strangers.names() == []
