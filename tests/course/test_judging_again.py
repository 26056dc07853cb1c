"""`make judge`: kept facts are judged anew, and no code of a student runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import ledger
from grader.course import CourseError
from grader.exercise import Exercise
from tests.classes import (
    FAULTY,
    RIGHT,
    WRONG,
    StandIn,
    copied,
    grade,
    hand_in,
    judge_again,
    of_everyone,
    result,
    text,
    tree,
)


def test_judging_gives_nobody_the_result_of_an_older_submission(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=RIGHT), out, toy)
    grade(hand_in(inbox, bob=FAULTY), out, toy)
    again = judge_again(out, toy)
    assert (list(again.faults), again.students, again.graded) == (["bob"], 2, 1)
    assert "Run `make grade`" in again.faults["bob"]
    assert "The box ended twice." in again.faults["bob"]
    assert not (out / "results" / "bob.json").exists()
    assert "bob" not in text(out, "results.csv")
    grade(hand_in(inbox, bob=WRONG), out, toy)
    assert (judge_again(out, toy).faults, result(out, "bob")["score"]) == ({}, 8.0)


def test_a_run_of_one_exercise_vouches_for_no_older_work_in_another(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    book = ledger.Ledger(out)
    (kept,) = book.records("ada").values()
    book.keep("ada", {"ex2": kept})
    assert book.records("ada").keys() == {"ex2", "ex6"}
    book.miss("ada", "the box ended twice")
    book.keep("ada", {"ex2": kept})
    assert book.records("ada").keys() == {"ex2"}


def test_who_never_had_facts_is_named_when_judged_again(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=FAULTY), out, toy)
    assert list(judge_again(out, toy).faults) == ["bob"]
    (inbox / "bob").rename(inbox.parent / "bob")
    assert grade(inbox, out, toy).gone == []
    assert judge_again(out, toy).faults == {}


def test_facts_that_are_lost_are_told_of_by_judging_and_made_anew_by_grading(
    inbox: Path, out: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=WRONG), out, toy)
    before = of_everyone(out)
    (out / "facts" / "ada.json").unlink()
    again = judge_again(out, toy)
    assert (list(again.faults), again.students) == (["ada"], 2)
    assert "Run `make grade`" in again.faults["ada"]
    assert result(out, "ada")["score"] == 20.0
    grade(inbox, out, toy)
    assert (judge_again(out, toy).faults, of_everyone(out)) == ({}, before)
    for facts in (out / "facts").iterdir():
        facts.unlink()
    with pytest.raises(CourseError, match=r"Nothing was changed\. Run `make grade`"):
        judge_again(out, toy)
    assert of_everyone(out) == before


def test_a_summary_of_judging_says_what_stays_and_what_grade_had_found(
    inbox: Path, out: Path, toy: Exercise
) -> None:
    hand_in(inbox, ada=RIGHT, bob=RIGHT)
    (inbox / "all.zip").write_text("")
    grade(inbox, out, toy)
    (out / "facts" / "ada.json").write_text("")
    judge_again(out, toy)
    summary = text(out, "teacher/summary.md")
    assert "## Not judged again\n\nThey are not in results.csv, which is not a zero." in summary
    assert "same command" not in summary
    assert "beside the students' folders\n\n- all.zip" in summary


def test_a_changed_rubric_is_judged_again_without_running_anything(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, box: StandIn
) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=WRONG, eve=toy.stub.text), out, toy)
    box.asked.clear()
    richer = copied(toy, tmp_path / "kit", "points = 8", "points = 10", "grader/exercises/ex6/rubric.toml")
    again = judge_again(out, richer)
    assert [result(out, who)["score"] for who in ("ada", "bob", "eve")] == [22.0, 10.0, 0.0]
    assert (again.graded, again.faults, box.asked) == (3, {}, [])
    whole = of_everyone(out)
    grade(inbox, tmp_path / "anew", richer)
    assert whole == of_everyone(tmp_path / "anew")


def test_a_changed_rubric_is_judged_again_by_grade_as_well(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, box: StandIn
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    box.asked.clear()
    grade(
        inbox, out, copied(toy, tmp_path / "kit", "points = 8", "points = 10", "grader/exercises/ex6/rubric.toml")
    )
    assert (result(out, "ada")["score"], box.asked) == (22.0, [])


def test_facts_seen_under_other_scenarios_are_not_judged(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    other = copied(toy, tmp_path / "kit", '"ACDEF"', '"ACDEFG"', "grader/exercises/ex6/scenarios.py")
    before = tree(out, "results", "feedback", "teacher", "facts") | of_everyone(out)
    with pytest.raises(CourseError, match=r"Nothing was changed\. Run `make grade`"):
        judge_again(out, other)
    assert tree(out, "results", "feedback", "teacher", "facts") | of_everyone(out) == before


@pytest.mark.parametrize("broken", ["5", "[]", '{"ex6": {}}', '{"ex6": []}', "[" * 100_000])
def test_facts_that_somebody_broke_cost_nobody_else_the_judging(
    broken: str, inbox: Path, out: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=RIGHT), out, toy)
    (out / "facts" / "ada.json").write_text(broken)
    again = judge_again(out, toy)
    assert list(again.faults) == ["ada"]
    assert "Run `make grade`" in again.faults["ada"]
    assert [result(out, student)["score"] for student in ("ada", "bob")] == [20.0, 20.0]  # hers is of before
    assert "ada" not in (out / "results.csv").read_text()


def test_judging_again_needs_facts(out: Path, toy: Exercise) -> None:
    with pytest.raises(CourseError, match="Run `make grade` with this OUT first"):
        judge_again(out, toy)


def test_whoever_has_left_is_not_judged_again(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=RIGHT), out, toy)
    (inbox / "bob").rename(inbox / "rob")
    grade(inbox, out, toy)
    before = of_everyone(out)
    tally = judge_again(out, toy)
    assert (tally.graded, tally.students, tally.gone) == (2, 2, ["bob"])
    assert of_everyone(out) == before
    (inbox / "rob").rename(inbox / "bob")
    assert grade(inbox, out, toy).gone == ["rob"]
    assert judge_again(out, toy).gone == ["rob"]
