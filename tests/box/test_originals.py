"""What a submission replaced is named, and what a library sets itself is not."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

from grader.box import passes, texts, trace
from grader.box.changes import Changes
from grader.box.facts import Plainly, facts, plain
from grader.box.follow import Lines
from grader.box.job import Job
from grader.box.originals import Snapshot, is_of_scenarios, looked_at_again, of_scenarios, originals
from grader.box.watch import Watched
from grader.exercise import exercises


def test_what_was_replaced_is_named_whatever_the_road(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Snapshot(originals())
    assert before.replaced() == []
    monkeypatch.setitem(vars(torch), "from_numpy", partial(int))
    monkeypatch.setattr(torch.Tensor, "tolist", partial(int))
    monkeypatch.setattr("grader.box.facts.facts", None)
    monkeypatch.setattr(plain, "__code__", facts.__code__)
    monkeypatch.setattr(torch, "manual_seed", torch.optim.SGD.step)  # a function of the library's own
    now = {*before.replaced()}
    assert {"grader.box.facts.facts", "grader.box.facts.plain", "torch.Tensor.tolist", "torch.from_numpy"} <= now
    assert "torch.manual_seed" not in now


def test_methods_of_the_box_are_held_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Snapshot(originals())
    monkeypatch.setattr(Plainly, "of", partial(int))
    monkeypatch.setattr(Job, "from_json", classmethod(int))
    monkeypatch.setattr(Lines.feed, "__code__", facts.__code__)
    assert {*before.replaced()} == {
        "grader.box.facts.Plainly.of",
        "grader.box.job.Job.from_json",
        "grader.box.follow.Lines.feed",
    }


def test_a_library_may_change_what_a_class_of_the_box_has_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Snapshot(originals())
    assert any(each.place is Watched for each in before.those)
    monkeypatch.setattr(torch.nn.Module, "__setstate__", torch.nn.Module.state_dict)  # as PyTorch's compiler does
    assert before.replaced() == []
    monkeypatch.setattr(Watched, "forward", torch.nn.Linear.forward)
    assert before.replaced() == ["grader.box.watch.Watched.forward"]


def test_classes_of_the_libraries_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Snapshot(looked_at_again(originals()))
    monkeypatch.setattr(torch.Tensor, "abs", partial(int))
    monkeypatch.setattr("grader.box.facts.facts", None)
    assert {*again.replaced()} == {"torch.Tensor.abs", "grader.box.facts.facts"}


def test_the_tables_that_a_scenario_sees_by_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Snapshot(looked_at_again(originals()))
    monkeypatch.setitem(trace.FACTORS, "mm", (1, 0))
    monkeypatch.setattr(passes, "CODES", ())
    assert {*again.replaced()} == {"grader.box.trace.FACTORS", "grader.box.passes.CODES"}


@pytest.mark.parametrize("kind", ["forward", "full_backward", "module_registration"])
def test_a_hook_into_every_module_that_is_left_is_a_change(kind: str) -> None:
    before = Snapshot(originals())
    handle = getattr(torch.nn.modules.module, f"register_module_{kind}_hook")(print)
    told = before.replaced()
    handle.remove()
    assert f"torch.nn.modules.module._global_{kind.removeprefix('full_')}_hooks" in told


def test_a_hook_into_every_optimizer_that_is_left_is_a_change() -> None:
    before = Snapshot(originals())
    handle = register_optimizer_step_post_hook(print)
    told = before.replaced()
    handle.remove()
    assert told == ["torch.optim.optimizer._global_optimizer_post_hooks"]
    assert before.replaced() == []


def test_all_that_is_in_a_module_of_scenarios_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "grader.exercises.toy.scenarios"
    module: Any = ModuleType(name)
    module.SIZES, module.CHANGES, module.act = (1, 2), [{"by": [1, 2]}], partial(pow, 2)
    monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(texts, "MADE", [name])
    before = Snapshot(of_scenarios("toy"))
    assert before.replaced() == []
    module.SIZES = (1, 3)
    module.CHANGES[0]["by"].pop()
    module.act.keywords["mod"] = 3
    assert {*before.replaced()} == {f"{name}.SIZES", f"{name}.CHANGES", f"{name}.act"}
    monkeypatch.setitem(sys.modules, name, ModuleType(name))
    assert before.replaced() == [name]


def test_scenarios_are_held_as_they_came(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, second = "grader.exercises.toy.scenarios", "solutions.toy.scenarios"
    monkeypatch.setattr(texts, "MADE", [first, second])
    here: Any = ModuleType(first)
    here.act = pow
    monkeypatch.setitem(sys.modules, first, here)
    changes = Changes(Job("toy", "toy", (), True, (), ()), tmp_path)
    here.act = max  # between the loading and the scenarios
    later: Any = ModuleType(second)
    later.act = pow
    monkeypatch.setitem(sys.modules, second, later)
    changes.scenarios_come()
    later.act = max
    assert {f"{first}.act", f"{second}.act"} <= {*changes.names()["replaced"]}


def test_what_a_librarys_decorator_wraps_is_no_change_of_the_librarys(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Snapshot(originals())
    mine = torch.no_grad()(lambda _: None)
    monkeypatch.setattr(torch, "from_numpy", mine)
    assert before.replaced() == ["torch.from_numpy"]
    monkeypatch.delattr(mine, "__wrapped__")
    assert before.replaced() == ["torch.from_numpy"]


def test_every_text_of_scenarios_is_one_of_scenarios() -> None:
    for item in exercises():
        assert all(is_of_scenarios(name) for name, _ in item.all_scenarios())


def test_what_may_be_set_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Snapshot(originals())
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    assert before.replaced() == []


def test_what_a_library_sets_itself_was_not_replaced() -> None:
    before = Snapshot(originals())
    torch.set_default_dtype(torch.float64)
    try:
        assert before.replaced() == []
    finally:
        torch.set_default_dtype(torch.float32)
