"""A kit in the lower layer of an overlay, as in a container's image: what the kernel does before it asks Landlock.

A submission runs as the teacher here. Whatever it tries with the teacher's files is refused; on an overlay, some of
it would be done before that, and the upper layer shows it.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.box.walled import WalledBox
from tests import kits
from tests.hostile.test_ungoverned import SOMEBODY, somebody_can_grade
from tests.toy import copy_kit

TRIES = """
import os
import random
import time

KIT = "%s"
NAMES = [os.path.join(top, name) for top, folders, files in os.walk(KIT) for name in files + folders]
NAMES += [KIT, KIT + "/solutions", KIT + "/solutions/ex5/mcc.py", KIT + "/solutions/ex5/test_hidden.py"]
RANDOM = random.Random(0)


def flags():
    return sum(1 << bit for bit in range(23) if RANDOM.random() < 0.3)


def tries(name):
    yield lambda: os.open(name, flags(), 0o600)
    yield lambda: os.open(name + ".new", flags() | os.O_CREAT, 0o600)
    yield lambda: os.truncate(name, 0)
    yield lambda: os.rename(name, name + ".other")
    yield lambda: os.link(name, name + ".second")
    yield lambda: os.symlink("mcc.py", name + ".way")
    yield lambda: os.mkfifo(name + ".pipe")
    yield lambda: os.mkdir(name + ".folder")
    yield lambda: os.rmdir(name)
    yield lambda: os.unlink(name)


end = time.process_time() + 4
while time.process_time() < end:
    for attempt in tries(RANDOM.choice(NAMES)):
        try:
            made = attempt()
        except OSError:
            continue
        if made is not None:
            os.close(made)


def mcc(*_):
    return len(NAMES)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A small disk with an overlay: folders `upper`, and `seen`, where a kit of somebody's is."""
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder)
        subprocess.run(["mount", "-t", "tmpfs", "none", disk], check=True)
        try:
            for name in ("lower", "upper", "work", "seen"):
                (disk / name).mkdir()
            copy_kit(disk / "lower" / "kit", "ex5")
            subprocess.run(["chown", "-R", f"{SOMEBODY}:{SOMEBODY}", disk], check=True)
            layers = f"lowerdir={disk}/lower,upperdir={disk}/upper,workdir={disk}/work"
            command = ["mount", "-t", "overlay", "overlay", "-o", layers, disk / "seen"]
            mounted = subprocess.run(command, check=False)
            if mounted.returncode:
                pytest.skip("there is no overlay on this machine")
            yield disk
            subprocess.run(["umount", "-l", disk / "seen"], check=True)
        finally:
            subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may mount")
def test_what_is_refused_behind_landlock_alone_is_not_done_before(place: Path) -> None:
    with WalledBox("landlock") as box:
        if not box.stands():
            pytest.skip("Landlock does not stand here")
    if not somebody_can_grade():
        pytest.skip("an ordinary user may not read this Python, or this kit")
    kit = place / "seen" / "kit"
    (place / "inbox" / "ada").mkdir(parents=True)
    (place / "inbox" / "ada" / "mcc.py").write_text(TRIES % kit)
    subprocess.run(["chown", "-R", f"{SOMEBODY}:{SOMEBODY}", place / "inbox"], check=True)
    ended = subprocess.run(
        kits.command("grade", place / "inbox", place / "out", "--workers", "1"),
        cwd=kit, user=SOMEBODY, group=SOMEBODY, extra_groups=[],
        env=kits.environment(
            kit, BOX="landlock", TMPDIR=str(place), HOME=str(place), PYTHONDONTWRITEBYTECODE="1"
        ),
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    result = json.loads((place / "out" / "results" / "ada.json").read_text())
    assert result["exercises"]["ex5"]["status"] == "graded"  # it went through all its tries
    assert list((place / "upper").iterdir()) == []
