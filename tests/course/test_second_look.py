"""Who was cut short, or met what may have come from outside, is looked at once more, alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.box import BoxError
from grader.box.job import Job, Observation, Seen, Skipped
from grader.exercise import Exercise
from grader.visits import LOOKS, RESTLESS
from tests.classes import (
    RIGHT,
    SLOW,
    WRONG,
    grade,
    hand_in,
    judge_again,
    means,
    observation,
    of_everyone,
    result,
    stand_in,
    text,
)


class Hurried:
    """Cuts a scenario short the first few times that it is looked at, by the time limit if nothing else is said."""

    def __init__(self, times: int, how: Seen | None = None) -> None:
        self.times, self.looks = times, 0
        self.how = how or Seen(timeout=20.0)
        self.wanted: list[tuple[str, ...]] = []

    def __call__(self, job: Job) -> Observation:
        self.looks += 1
        self.wanted.append(job.only)
        late = observation(three=Seen(facts={"mean": 8 / 3}), none=self.how)
        seen = late if self.looks <= self.times else means(8 / 3, 0.0)
        seen["scenarios"] = {
            name: item for name, item in seen["scenarios"].items() if name in (job.only or seen["scenarios"])
        }
        return seen


def raised(error: str) -> Seen:
    """What a scenario saw that met an error."""
    return Seen(error={"type": error, "library": "builtins", "text": "", "line": 1, "undefined": None})


DOUBTS = [Seen(timeout=20.0), Seen(killed="signal 9"), Seen(facts={"mean": "<OSError>"})]
DOUBTS += [raised("RuntimeError"), raised("OSError"), raised("EOFError")]


@pytest.mark.parametrize("how", DOUBTS, ids=str)
def test_what_was_cut_short_once_counts_as_if_it_had_not(
    how: Seen, inbox: Path, tmp_path: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(inbox, ada=WRONG, bob=SLOW, eve=RIGHT)
    with stand_in(monkeypatch, **{SLOW: (hurried := Hurried(1, how))}):
        tally = grade(inbox, tmp_path / "busy", toy)
    with stand_in(monkeypatch):
        grade(inbox, tmp_path / "idle", toy)
    assert of_everyone(tmp_path / "busy") == of_everyone(tmp_path / "idle")
    assert hurried.wanted == [(), ("none",)]
    assert tally.look == {
        "bob": ["ex6: a part of the code was cut short, or met an error; tried once more alone, it came to its end"]
    }
    assert "tried once more alone" in text(tmp_path / "busy", "teacher/bob.md")


def test_what_a_program_raises_by_itself_is_seen_once(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = SLOW + "\n"
    answers = {SLOW: Hurried(9, raised("IndexError")), newer: Hurried(9, Seen(facts={"mean": "<ValueError>"}))}
    with stand_in(monkeypatch, **answers):
        grade(hand_in(inbox, bob=SLOW, eve=newer), out, toy)
    assert [one.wanted for one in answers.values()] == [[()], [()]]


@pytest.mark.parametrize(
    ("error", "looks"),
    [("OSError", 2), ("RuntimeError", 2), ("ModuleNotFoundError", 1), ("FileNotFoundError", 1), ("timeout", 1)],
)
def test_a_statement_that_others_may_have_ended_has_the_whole_seen_again(
    error: str, looks: int, inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LacksRoom(Hurried):
        def __call__(self, job: Job) -> Observation:
            seen = super().__call__(job)
            if self.looks == 1:
                seen["loading"]["skipped"] = [Skipped(where="line 1", error=error)]
            return seen

    with stand_in(monkeypatch, **{SLOW: (hurried := LacksRoom(1, raised("NameError")))}):
        grade(hand_in(inbox, bob=SLOW), out, toy)
    assert hurried.wanted == [()] * looks
    assert (result(out, "bob")["score"] == 20.0) is (looks == 2)


SHORTAGES = [BoxError("The box ended twice."), OSError(28, "No space left on device"), MemoryError()]


@pytest.mark.parametrize("error", [*SHORTAGES, RuntimeError("can't start new thread")], ids=repr)
def test_whose_box_failed_beside_others_is_tried_again_alone(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class FailsAtFirst(Hurried):
        def __call__(self, job: Job) -> Observation:
            seen = super().__call__(job)
            if self.looks == 1:
                raise error
            return seen

    reference = toy.reference.read_text(encoding="utf-8")
    ours, theirs = FailsAtFirst(0), FailsAtFirst(0)
    with stand_in(monkeypatch, **{SLOW: theirs, reference: ours}):
        assert grade(hand_in(inbox, ada=WRONG, bob=SLOW, eve=RIGHT), out, toy, workers=3).faults == {}
    assert result(out, "bob")["score"] == 20.0
    assert (theirs.looks, ours.looks >= 2) == (2, True)


def test_nobody_is_held_to_an_error_that_a_reference_met_beside_others(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = toy.reference.read_text(encoding="utf-8")
    taken_for_an_answer = Hurried(1, Seen(facts={"mean": "<OSError>"}))
    with stand_in(monkeypatch, **{SLOW: Hurried(0), reference: taken_for_an_answer}):
        grade(hand_in(inbox, bob=SLOW), out, toy)
    assert result(out, "bob")["score"] == 20.0
    assert taken_for_an_answer.looks == 2


def test_what_runs_out_of_time_twice_counts_and_the_result_says_so(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stand_in(monkeypatch, **{SLOW: (hurried := Hurried(9))}):
        grade(hand_in(inbox, bob=SLOW), out, toy)
        grade(inbox, out, toy)
    part = result(out, "bob")["exercises"]["ex6"]
    assert [check["status"] for check in part["checks"]] == ["passed", "timeout"]
    assert part["score"] == 12.0
    assert "tried once more on its own" in part["notes"][-1]
    assert hurried.looks == 2  # a third look would never end


def test_a_run_that_stopped_before_the_second_look_takes_it_later(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(inbox, bob=SLOW)
    with stand_in(monkeypatch, **{SLOW: (hurried := Hurried(1))}):
        stopped_before_the_second_look(inbox, out, toy, monkeypatch)
        assert hurried.wanted == [()]
        grade(inbox, out, toy)
    assert result(out, "bob")["score"] == 20.0
    assert hurried.wanted == [(), ("none",)]


def test_who_hands_in_anew_before_the_second_look_gets_two(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = SLOW + "\n"

    class HandsInAnew(Hurried):
        def __call__(self, job: Job) -> Observation:
            hand_in(inbox, bob=newer)
            return super().__call__(job)

    hand_in(inbox, bob=SLOW)
    with stand_in(monkeypatch, **{SLOW: HandsInAnew(1), newer: (hurried := Hurried(1))}):
        assert grade(inbox, out, toy).faults == {}
    assert result(out, "bob")["score"] == 20.0
    assert hurried.wanted == [(), ("none",)]


def test_whose_work_never_rests_stops_nobody(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NeverRests(Hurried):
        def __call__(self, job: Job) -> Observation:
            hand_in(inbox, bob=SLOW + "\n" * (self.looks + 1))
            return super().__call__(job)

    hand_in(inbox, ada=RIGHT, bob=SLOW)
    restless = NeverRests(99)
    with stand_in(monkeypatch, **{SLOW + "\n" * looks: restless for looks in range(99)}):
        tally = grade(inbox, out, toy)
    assert restless.looks == LOOKS
    assert tally.faults == {"bob": RESTLESS.format(looks=LOOKS)}
    assert result(out, "ada")["score"] == 20.0
    assert not (out / "results/bob.json").exists()
    with stand_in(monkeypatch, **{SLOW + "\n" * looks: Hurried(0) for looks in range(99)}):
        assert grade(inbox, out, toy).faults == {}


def test_judging_does_not_take_the_second_look_away(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(inbox, ada=RIGHT, bob=SLOW)
    with stand_in(monkeypatch, **{SLOW: Hurried(1)}):
        stopped_before_the_second_look(inbox, out, toy, monkeypatch)
        assert "Run `make grade`" in judge_again(out, toy).faults["bob"]
        grade(inbox, out, toy)
    assert result(out, "bob")["score"] == 20.0


def stopped_before_the_second_look(inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopping(_: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patched:
        patched.setattr("grader.visits.Round.second_visits", stopping)
        with pytest.raises(KeyboardInterrupt):
            grade(inbox, out, toy)
