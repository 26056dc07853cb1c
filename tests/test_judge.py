"""The judge, over a toy exercise with made-up facts: no box is needed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.box.job import Seen
from grader.exercise import Exercise
from grader.expected import Expected, Symptoms
from grader.judge import JudgeError, Verdict, judge
from grader.mistakes import Mistake

COUNTS = Mistake("counts-sequences", "ex6", "It counts sequences.", "Reread.")
OTHER = Mistake("counts-twice", "ex6", "It counts twice.", "Reread.")
EARLY, LATE = (Mistake(f"off-by-one.{way}", "ex6", f"It is {way}.", "Reread.") for way in ("early", "late"))


def seen(mean: object) -> Mapping[str, Seen]:
    """The facts of one program of the toy exercise."""
    return {"three": {"facts": {"mean": mean}}, "none": {"facts": {"mean": 0.0}}}


def shows(mean: object) -> Symptoms:
    """The symptoms of a mistake program that returns this mean."""
    return {"ex6.mean": ["three", "mean", mean]}


def verdict(toy: Exercise, facts: Mapping[str, Any], mistakes: Mapping[Mistake, Symptoms] | None = None) -> Verdict:
    """How the visible row of the toy exercise judges one submission."""
    expected = Expected(seen(8 / 3), mistakes or {})
    return judge(toy, toy.tests, expected, {"ada": facts})["ada"][0]


def test_the_reference_passes_and_earns_its_points(toy: Exercise) -> None:
    ended = verdict(toy, seen(8 / 3))
    assert (ended.check.id, ended.status, ended.earned) == ("ex6.mean", "passed", 12)


def test_a_failed_check_says_what_was_observed(toy: Exercise) -> None:
    ended = verdict(toy, seen(4.0))
    assert (ended.status, ended.earned) == ("failed", 0)
    assert ended.observed == "The mean of 1, 2 and 5 is 4; 2.667 was expected."
    assert ended.mistake is None


def test_a_mistake_is_named_by_its_symptom(toy: Exercise) -> None:
    ended = verdict(toy, seen(3.0), {COUNTS: shows(3.0), OTHER: shows(6.0)})
    assert ended.mistake is COUNTS


def test_no_mistake_is_named_when_two_explain_it(toy: Exercise) -> None:
    assert verdict(toy, seen(3.0), {COUNTS: shows(3.0), OTHER: shows(3.0)}).mistake is None


def test_two_ways_to_make_one_mistake_are_one(toy: Exercise) -> None:
    ended = verdict(toy, seen(3.0), {EARLY: shows(3.0), LATE: shows(3.0)})
    assert ended.mistake is not None
    assert ended.mistake.id == "ex6.off-by-one"


def test_a_mistake_that_passes_explains_nothing(toy: Exercise) -> None:
    assert verdict(toy, seen(3.0), {COUNTS: {}}).mistake is None


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ({"error": {"type": "ValueError", "text": "", "line": 3, "undefined": None}}, "error"),
        ({"timeout": 20.0}, "timeout"),
        ({"killed": "signal 9"}, "killed"),
        ({"skipped": "there is no CUDA device"}, "skipped"),
    ],
)
def test_what_was_not_observed_has_a_status_of_its_own(toy: Exercise, ending: Seen, status: str) -> None:
    ended = verdict(toy, {"three": ending})
    assert (ended.status, ended.earned, ended.absence) == (status, 0, ending)


def test_a_skipped_check_is_no_symptom(toy: Exercise) -> None:
    skipped = {"skipped": "there is no CUDA device"}
    ended = verdict(toy, {"three": skipped}, {COUNTS: {"ex6.mean": ["three", ["skipped"], None, None]}})
    assert (ended.symptom, ended.mistake) == (None, None)


def test_judging_leaves_no_package_behind_that_is_none(toy: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("grader.exercises")]:
        monkeypatch.delitem(sys.modules, name)
    verdict(toy, seen(8 / 3))
    assert [name for name in sys.modules if name.startswith("grader.exercises")] == []


def test_whoever_closed_standard_error_is_judged(toy: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "__stderr__", None)
    assert verdict(toy, seen(8 / 3)).status == "passed"


def test_many_submissions_are_judged_each_by_its_own_facts(toy: Exercise) -> None:
    expected = Expected(seen(8 / 3), {})
    judged = judge(toy, toy.tests, expected, {"ada": seen(1.0), "bob": seen(8 / 3), "[x]::é/1": seen(None)})
    assert [[v.status for v in verdicts] for verdicts in judged.values()] == [
        ["failed", "passed"],
        ["passed", "passed"],
        ["failed", "passed"],
    ]


def test_no_submissions_give_no_verdicts(toy: Exercise) -> None:
    assert judge(toy, toy.tests, Expected(seen(8 / 3), {}), {}) == {}


def test_a_crash_in_a_check_is_never_a_students_zero(toy: Exercise, tmp_path: Path) -> None:
    broken = tmp_path / "test_visible.py"
    broken.write_text("def test_mean(three):\n    three['mean'].no_such_method()\n", encoding="utf-8")
    with pytest.raises(JudgeError, match="no_such_method"):
        judge(toy, [broken], Expected(seen(8 / 3), {}), {"ada": seen(1.0)})


def test_a_control_c_beside_a_crash_stays_a_control_c(toy: Exercise, tmp_path: Path) -> None:
    broken, stopped = tmp_path / "test_visible.py", tmp_path / "test_hidden.py"
    broken.write_text("def test_mean(three):\n    three['mean'].no_such_method()\n", encoding="utf-8")
    stopped.write_text("def test_empty(none):\n    raise KeyboardInterrupt\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        judge(toy, [broken, stopped], Expected(seen(8 / 3), {}), {"ada": seen(1.0)})


def test_visible_tests_alone_judge_the_visible_rows(toy: Exercise) -> None:
    verdicts = judge(toy, [toy.visible_tests], Expected(seen(8 / 3), {}), {"ada": seen(8 / 3)})["ada"]
    assert [verdict.check.id for verdict in verdicts] == ["ex6.mean"]


def test_a_row_without_a_test_is_a_fault(toy: Exercise, tmp_path: Path) -> None:
    empty = tmp_path / "test_visible.py"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(JudgeError, match=r"ex6\.mean has no test"):
        judge(toy, [empty, toy.hidden_tests], Expected(seen(8 / 3), {}), {"ada": seen(8 / 3)})


def test_tests_that_are_all_skipped_are_a_fault(toy: Exercise, tmp_path: Path) -> None:
    skipped = tmp_path / "test_visible.py"
    skipped.write_text("import pytest\n\n\n@pytest.mark.skip\ndef test_mean(three):\n    pass\n", encoding="utf-8")
    with pytest.raises(JudgeError, match=r"ex6\.mean has no test"):
        judge(toy, [skipped], Expected(seen(8 / 3), {}), {"ada": seen(8 / 3)})


def test_a_test_without_a_row_is_a_fault(toy: Exercise, tmp_path: Path) -> None:
    stray = tmp_path / "test_visible.py"
    stray.write_text("def test_nothing(three):\n    pass\n", encoding="utf-8")
    with pytest.raises(JudgeError, match="belongs to no row"):
        judge(toy, [stray], Expected(seen(8 / 3), {}), {"ada": seen(1.0)})


def test_a_test_file_that_does_not_import_is_a_fault(toy: Exercise, tmp_path: Path) -> None:
    broken = tmp_path / "test_visible.py"
    broken.write_text("import no_such_module\n", encoding="utf-8")
    with pytest.raises(JudgeError):
        judge(toy, [broken], Expected(seen(8 / 3), {}), {"ada": seen(1.0)})
