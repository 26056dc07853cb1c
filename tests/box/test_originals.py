"""What a submission replaced is named, and what a library sets itself is not."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from grader.box.facts import Plainly, facts, plain
from grader.box.follow import Lines
from grader.box.job import Job
from grader.box.originals import looked_at_again, originals, replaced
from grader.box.watch import Watched


def test_what_was_replaced_is_named_whatever_the_road(monkeypatch: pytest.MonkeyPatch) -> None:
    before = originals.__wrapped__()
    assert replaced(before) == []
    monkeypatch.setitem(vars(torch), "from_numpy", partial(int))
    monkeypatch.setattr(torch.Tensor, "tolist", partial(int))
    monkeypatch.setattr("grader.box.facts.facts", None)
    monkeypatch.setattr(plain, "__code__", facts.__code__)
    monkeypatch.setattr(torch, "manual_seed", torch.optim.SGD.step)  # a function of the library's own
    now = {*replaced(before)}
    assert {"grader.box.facts.facts", "grader.box.facts.plain", "torch.Tensor.tolist", "torch.from_numpy"} <= now
    assert "torch.manual_seed" not in now


def test_methods_of_the_box_are_held_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    before = originals.__wrapped__()
    monkeypatch.setattr(Plainly, "of", partial(int))
    monkeypatch.setattr(Job, "from_json", classmethod(int))
    monkeypatch.setattr(Lines.feed, "__code__", facts.__code__)
    assert {*replaced(before)} == {
        "grader.box.facts.Plainly.of",
        "grader.box.job.Job.from_json",
        "grader.box.follow.Lines.feed",
    }


def test_a_library_may_change_what_a_class_of_the_box_has_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = originals.__wrapped__()
    assert any(each.place is Watched for each in before)
    monkeypatch.setattr(torch.nn.Module, "__setstate__", torch.nn.Module.state_dict)  # as PyTorch's compiler does
    assert replaced(before) == []
    monkeypatch.setattr(Watched, "forward", torch.nn.Linear.forward)
    assert replaced(before) == ["grader.box.watch.Watched.forward"]


def test_classes_of_the_libraries_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = looked_at_again(originals.__wrapped__())
    monkeypatch.setattr(torch.Tensor, "abs", partial(int))
    monkeypatch.setattr("grader.box.facts.facts", None)
    assert {*replaced(again)} == {"torch.Tensor.abs", "grader.box.facts.facts"}


def test_what_a_library_sets_itself_was_not_replaced() -> None:
    before = originals.__wrapped__()
    torch.set_default_dtype(torch.float64)
    try:
        assert replaced(before) == []
    finally:
        torch.set_default_dtype(torch.float32)
