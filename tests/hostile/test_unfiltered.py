"""Where the library that compiles the filter of system calls is missing, no wall holds."""

from __future__ import annotations

import pytest

from grader.box import hold, syscalls
from grader.box.walled import kinds
from tests.hostile.standing import standing


@pytest.mark.parametrize("kind", kinds())
def test_walls_without_the_filter_hold_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with standing(kind) as box:
        assert hold(box.walls)
    monkeypatch.setattr(syscalls, "compiled", lambda *_: b"")
    with standing(kind) as box:
        assert not hold(box.walls), box.walls
