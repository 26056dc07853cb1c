"""What children leave in the folder that all share, where there are no namespaces."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path

import pytest

from grader.box import landlocked


@pytest.mark.skipif(sys.platform != "linux", reason="there is no Landlock")
def test_what_was_in_use_is_removed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlocked, "SHARED", tmp_path)
    ours, theirs, held = (tmp_path / name for name in ("ours", "theirs", "held"))
    for path in (ours, theirs, held):
        path.write_text("word")
    walls = landlocked.Landlocked([])
    walls.in_use = {ours: ours.stat().st_ino, theirs: 0, held: held.stat().st_ino}
    with held.open() as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ):
        walls.leave()
    assert sorted(tmp_path.iterdir()) == [held, theirs]
