"""Which modules are new is told without going through all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from grader.box.imported import Imported


class Counted(dict[str, ModuleType]):
    """Modules that know how often somebody went through all of them."""

    walks = 0

    def __iter__(self) -> Iterator[str]:
        self.walks += 1
        return super().__iter__()


def test_what_is_new_is_told_once_whoever_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = Counted(dict.fromkeys(("a", "b", "c"), sys))
    monkeypatch.setattr(sys, "modules", modules)
    imported = Imported()
    assert imported.new() == ["a", "b", "c"]
    modules |= {"d": sys, "e": sys}
    assert imported.new() == ["d", "e"]
    assert imported.new() == []
    assert modules.walks == 0
    del modules["b"]  # and its room may be another's now
    modules["f"] = sys
    assert imported.new() == ["f"]
    assert imported.new() == []
    assert modules.walks == 1
    modules["b"] = sys  # which is not the one that was there
    modules["a"] = modules.pop("a")
    assert imported.new() == ["b"]


class Restless(dict[str, ModuleType]):
    """Modules that another thread adds to while somebody goes through them."""

    def __reversed__(self) -> Iterator[str]:
        raise RuntimeError("dictionary changed size during iteration")


def test_a_thread_may_import_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = Restless(dict.fromkeys(("a", "b"), sys))
    monkeypatch.setattr(sys, "modules", modules)
    imported = Imported()
    assert imported.new() == ["a", "b"]
    modules |= {"c": sys, "d": sys}
    assert imported.new() == ["c", "d"]
    assert imported.new() == []
