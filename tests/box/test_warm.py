"""The warm process, as it imports ahead, makes way for a student's own, and keeps nothing of anybody."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from mmap import mmap
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
import torch

from grader.box import limits, warm
from grader.box.job import Job
from grader.box.observer import seed_no_gpu, tell_of_no_screen
from grader.box.walled import WalledBox, folder_to_write_to, in_memory
from grader.box.warm import miss_what_is_not_there, tell_of_few_processors


def test_a_module_of_ones_own_goes_before_what_came_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a library that a neighbour's words named came another, of which there may be a namesake."""
    for name, text in (("asked", "import along.part"), ("along/__init__", ""), ("along/part", "")):
        (tmp_path / f"{name}.py").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(warm, "ASKED", set())
    monkeypatch.setattr("gc.freeze", lambda: None)  # this process goes on with others' tests
    monkeypatch.setitem(sys.modules, "asked", None)  # and so gone again after this
    monkeypatch.delitem(sys.modules, "asked")
    assert [warm.import_ahead(["asked", "not_there"]) for _ in range(2)] == [True, False]
    warm.make_way(["asked.py", "other.py", "along.txt", "along/old.py"], {"asked"})
    assert {"asked", "along", "along.part"} <= sys.modules.keys()
    warm.make_way(["along.py"], set())
    assert "asked" in sys.modules
    assert not {"along", "along.part"} & sys.modules.keys()
    warm.make_way(["asked/__init__.py"], set())
    assert "asked" not in sys.modules  # somebody asked for it, and it was not the scenarios
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    before = {"os", "sys", "encodings", "json"}  # whatever is called so beside a submission
    warm.make_way([f"{name}.py" for name in ("statistics", *before)], set())
    assert "statistics" not in sys.modules
    assert before <= sys.modules.keys()


LOOKED_AT = """
from grader.box.originals import snapshots
from grader.box.warm import import_ahead, open_streams, warm_up

warm_up()
import_ahead(["sklearn.metrics", "matplotlib.pyplot", "pandas", "scipy.stats", "tqdm"])
open_streams()
for each in snapshots():
    assert each.stands()
"""


def test_a_run_that_changes_nothing_is_looked_at_all_at_once() -> None:
    """Neither what a library adds to another as it is imported, nor the streams of each run, are a change: to look
    through all again, name by name, would cost a quarter of what the scenarios do."""
    subprocess.run([sys.executable, "-c", LOOKED_AT], check=True)


def test_a_submission_may_ask_for_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def switch(name: str) -> None:
        asked.append(name)
        if name == "TkAgg":
            raise ImportError("there is no screen")

    figures = SimpleNamespace(switch_backend=switch)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", figures)
    for name in ("TkAgg", "agg"):
        tell_of_no_screen()
        figures.switch_backend(name)
    assert asked == ["TkAgg", "agg"]


def test_a_submission_is_told_of_few_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    for many, told_of in ((64, limits.PROCESSORS), (2, 2), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda number=many: number)
        monkeypatch.setattr("os.sched_getaffinity", lambda _, number=many: {*range(number or 1)})
        tell_of_few_processors()
        assert os.cpu_count() == len(os.sched_getaffinity(0)) == told_of


def test_a_time_is_set_as_ever_and_what_is_not_there_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.utime
    monkeypatch.setattr("os.utime", before)
    able = [{*os.supports_fd}, {*os.supports_dir_fd}, {*os.supports_follow_symlinks}]
    monkeypatch.setattr("os.supports_fd", able[0])
    monkeypatch.setattr("os.supports_dir_fd", able[1])
    monkeypatch.setattr("os.supports_follow_symlinks", able[2])
    miss_what_is_not_there()
    file = tmp_path / "file"
    with pytest.raises(FileNotFoundError):
        os.utime(file)
    file.touch()
    (tmp_path / "link").symlink_to("nowhere")
    folder = os.open(tmp_path, os.O_RDONLY)
    opened = os.open(file, os.O_RDONLY)
    try:
        os.utime(file, (1, 1))
        os.utime(file, times=(1, 1))
        os.utime(path=file, ns=(1, 1))
        os.utime("file", dir_fd=folder)
        os.utime(opened, (7, 7))
        os.utime(tmp_path / "link", follow_symlinks=False)
        with pytest.raises(TypeError):
            os.utime(file, ns=(1, 1), when=2)  # type: ignore[call-overload]
    finally:
        os.close(folder)
        os.close(opened)
    assert file.stat().st_mtime == 7
    assert [os.utime in each for each in able] == [before in each for each in able]


def test_where_no_gpu_is_to_be_seen_none_is_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    for shown, seeded in (("0", True), ("", False)):
        asked: list[int] = []
        for kind in (torch.cuda, torch.xpu):
            monkeypatch.setattr(kind, "manual_seed_all", asked.append)
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
        seed_no_gpu()
        torch.manual_seed(3)
        drawn = torch.rand(1)
        torch.default_generator.manual_seed(3)
        assert drawn == torch.rand(1)
        assert asked == [3, 3] * seeded


LARGE = """
import re
from collections.abc import Callable
from mmap import mmap
from pathlib import Path

from grader.box import kernel

kept = [bytes([number]) * 1000 for number in range(250)] * 2 + [bytearray(b"x" * 20_000_000)]
before = [bytes(each) for each in kept]
kernel.gather_pages()
assert kept == before
rows = re.findall(r"AnonHugePages: +(\\d+)", Path("/proc/self/smaps").read_text())
print(sum(map(int, rows)))
"""


def test_memory_is_the_same_in_large_pages() -> None:
    ended = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, check=False)
    assert not ended.returncode, ended.stderr
    if ended.stdout == "0\n":
        pytest.skip("this kernel has no large pages, or gives none on demand (Linux 6.1)")
    assert int(ended.stdout) >= 16_000


TELLING = """
import time, numpy

def look():
    kept = [numpy.memmap(f"tell-{}-tale{number}" + "x" * 150, "u1", "w+", shape=4096) for number in range(40)]
    time.sleep(1)
"""
SEARCHING = """
import numpy

def look():
    sizes = [1 << 20, 1 << 19, 200_000, 65_536, 16_384, 8192, 4096, 2048] * 60
    kept = [numpy.empty(size, "u1") for size in sizes]
    return {"found": any(b"tell-" + b"{}" + b"-tale" in each.tobytes() for each in kept)}
"""
LOOKS = (("grader.exercises.ex0.scenarios", "SCENARIOS = {'look': lambda module: module.look() or {}}"),)


@pytest.mark.parametrize("kind", ["namespaces", "landlock"])
def test_nothing_of_one_submission_is_in_the_memory_of_the_next(kind: str) -> None:
    """Its files' names are read again and again while it runs."""
    with WalledBox(kind) as box:
        if not box.stands():
            pytest.skip(f"the walls of {kind} do not stand here")
        first, second = (
            box.observe(Job("ex0", "program", ("look",), True, (text.replace("{}", "tell"),), LOOKS))["scenarios"]
            for text in (TELLING, SEARCHING)
        )
    assert first == {"look": {"facts": {}}}
    assert second == {"look": {"facts": {"found": False}}}


def test_a_box_writes_where_its_user_may_and_no_link_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "link"))
    tmp_path.chmod(0o700)
    closed = os.getuid() == 0  # to the other user that root would have
    with folder_to_write_to() as name:
        assert Path(name).parent == (Path("/tmp") if closed else tmp_path / "folder").resolve()


WRITING = """
import time

open('mine.txt', 'w').close()

def look():
    time.sleep(3)
    return {'looked': True}
"""


def test_nothing_is_left_of_a_box_that_was_killed() -> None:
    """Where no namespaces are, what a submission wrote lies on the disk."""
    with WalledBox("landlock") as box:
        if not box.stands():
            pytest.skip("the walls of landlock do not stand here")
        assert box.folder
        folder = Path(box.folder.name)
        killer = Thread(target=kill_once_there_is, args=(folder, box.process))
        killer.start()
        seen = box.observe(Job("ex0", "program", ("look",), True, (WRITING,), LOOKS))["scenarios"]
        killer.join()
        assert seen == {"look": {"facts": {"looked": True}}}
        assert box.folder.name != str(folder)
        assert not folder.exists()
        folder = Path(box.folder.name)
        assert folder.exists()
    assert not folder.exists()


def kill_once_there_is(folder: Path, warm: subprocess.Popen[bytes]) -> None:
    """Kill a box as soon as its submission wrote a file."""
    deadline = time.monotonic() + 60
    while not [*folder.glob("*/submission/mine.txt")] and time.monotonic() < deadline:
        time.sleep(0.05)
    warm.kill()


def test_a_text_that_is_handed_on_becomes_no_memory_that_nobody_counts() -> None:
    descriptor = in_memory("SCENARIOS = {}")
    changes: list[Callable[[], object]] = [
        lambda: os.pwrite(descriptor, b"x", 0),
        lambda: os.ftruncate(descriptor, 1 << 20),
        lambda: os.ftruncate(descriptor, 0),
        lambda: os.posix_fallocate(descriptor, 0, 1 << 20),
        lambda: mmap(descriptor, 0),
    ]
    try:
        for change in changes:
            with pytest.raises(PermissionError):
                change()
        assert os.read(descriptor, 100) == b"SCENARIOS = {}"
    finally:
        os.close(descriptor)
