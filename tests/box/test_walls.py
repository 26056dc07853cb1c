"""What a submission may see of this machine, and what its teacher is told of the walls."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.box import BoxError, bubblewrap, sight, walls
from grader.box.landlocked import has_ceph, has_user, hides_processes
from grader.exercise import ROOT


def test_the_box_sees_no_solution_and_no_check() -> None:
    command = bubblewrap.command(["true"])
    shown = [Path(word) for word in command if word.startswith(str(ROOT))]
    allowed = (ROOT / "grader" / "box", ROOT / "assignments" / "lecture", ROOT / "datasets")
    rest = [path for path in shown if not any(path == top or top in path.parents for top in allowed)]
    python = {"lib", "lib64", "bin", "pyvenv.cfg"}  # an environment may lie in the checkout, in empty folders
    rest = [path for path in rest if not python & set(path.parts) and path not in Path(sys.prefix, "lib").parents]
    assert rest == [ROOT / "grader" / "__init__.py"]


def test_the_report_names_every_layer() -> None:
    report = walls.report()
    for layer in ("bubblewrap", "system-call filter", "Landlock", "limits", "another user", "As it is: "):
        assert layer in report


def test_a_kit_among_what_submissions_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib" / "kit" / "solutions").mkdir(parents=True)
    monkeypatch.setattr(sight, "GRADER", tmp_path / "lib" / "kit" / "grader")
    assert Path(sys.executable) in sight.python()
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    with pytest.raises(BoxError, match="Move the kit"):
        sight.python()


def test_root_gives_away_a_user_that_its_namespace_has() -> None:
    assert has_user("         0          0 4294967295\n", 2_000_000_007)
    assert not has_user("0 1000 1\n1 100000 65536\n", 2_000_000_007)
    assert has_user("0 1000 1\n2000000000 100000 8\n", 2_000_000_007)


MOUNTS = rb"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
23 22 0:21 / /proc rw,nosuid shared:5 - proc proc rw
31 22 0:44 /a\040-\040ceph /home/me rw master:3 - %s 10.0.0.7:/volumes/ceph rw,hidepid=2
"""


@pytest.mark.parametrize(("kind", "found"), [(b"ceph", True), (b"nfs4", False), (b"fuse.ceph-fuse", False)])
def test_files_that_a_server_empties_are_known_by_their_kind(kind: bytes, found: bool) -> None:
    assert has_ceph(MOUNTS % kind) is found
    assert not hides_processes(MOUNTS % kind)
