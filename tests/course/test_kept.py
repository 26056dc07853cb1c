"""What a run keeps under OUT, and what the next one makes of it."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from grader import ledger
from grader.box.job import Job, Observation
from grader.course import CourseError
from grader.exercise import Exercise
from tests.classes import (
    RIGHT,
    WRONG,
    StandIn,
    grade,
    hand_in,
    judge_again,
    means,
    of_everyone,
    result,
    stand_in,
    text,
)

FOREIGN = ["", "{", "{}", "[]", '{"ada": {}}', '{"exercises": ["ex6"], "students": []}', "[" * 100_000, "\0"]


def test_a_second_run_runs_nothing_and_writes_no_page(inbox: Path, out: Path, toy: Exercise, box: StandIn) -> None:
    hand_in(inbox, ada=RIGHT, bob=WRONG)
    first = grade(inbox, out, toy)
    ran = len(box.asked)
    times = {path: path.stat().st_mtime_ns for room in ("results", "facts") for path in (out / room).iterdir()}
    second = grade(inbox, out, toy)
    assert len(box.asked) == ran
    assert times == {path: path.stat().st_mtime_ns for path in times}
    assert (first.statuses, first.bands, first.look) == (second.statuses, second.bands, second.look)


def test_only_what_changed_is_run_again(inbox: Path, out: Path, toy: Exercise, box: StandIn) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=RIGHT), out, toy)
    box.asked.clear()
    hand_in(inbox, bob=WRONG)
    grade(inbox, out, toy)
    assert [job.cells[0] for job in box.asked] == [WRONG]
    assert result(out, "bob")["score"] == 8.0


def test_a_lost_page_is_made_anew_from_the_facts(inbox: Path, out: Path, toy: Exercise, box: StandIn) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=WRONG), out, toy)
    before = of_everyone(out)
    box.asked.clear()
    for lost in ("results/ada.json", "feedback/bob.md", "teacher/ada.md", "results.csv"):
        (out / lost).unlink()
    grade(inbox, out, toy)
    assert (of_everyone(out), box.asked) == (before, [])
    assert (out / "teacher" / "ada.md").exists()


@pytest.mark.parametrize("place", [".ledger.json", "facts/ada.json", ".references/ex6-*.json"])
def test_what_cannot_be_read_is_told_in_a_sentence(place: str, inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=WRONG), out, toy)
    (kept,) = out.glob(place)
    kept.unlink()
    kept.mkdir()
    if place == "facts/ada.json":
        assert list(judge_again(out, toy).faults) == ["ada"]
        assert result(out, "bob")["score"] == 8.0
        with pytest.raises(CourseError, match=r"ada\.json could not be written: Is a directory"):
            grade(inbox, out, toy)
    elif place.startswith(".references"):
        with pytest.raises(CourseError, match="could not be written: Is a directory"):
            judge_again(out, toy)
    else:
        with pytest.raises(CourseError, match="cannot be read"):
            judge_again(out, toy)
        assert ledger.last_exercises(out) == []


@pytest.mark.parametrize("room", ["facts", ".references"])
def test_kept_files_that_cannot_be_opened_are_made_anew(
    room: str, inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    read = Path.read_text

    def refusing(path: Path, **how: Any) -> str:
        if path.parent == out / room:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return read(path, **how)

    hand_in(inbox, ada=f"{RIGHT}\n", bob=WRONG)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", refusing)
        assert grade(inbox, out, toy).faults == {}
    assert (judge_again(out, toy).faults, result(out, "bob")["score"]) == ({}, 8.0)


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("place", [".ledger.json", ".references/ex6-*.json", "facts/ada.json", "*/ada.*"])
def test_what_somebody_else_wrote_is_made_anew(
    text: str, place: str, inbox: Path, out: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=WRONG), out, toy)
    before = of_everyone(out)
    broken = list(out.glob(place))
    assert broken
    for path in broken:
        path.write_text(text)
    tally = grade(inbox, out, toy)
    assert (tally.faults, of_everyone(out)) == ({}, before)
    assert (out / "teacher" / "ada.md").read_text() != text
    judge_again(out, toy)
    assert (grade(inbox, out, toy).faults, of_everyone(out)) == ({}, before)


def test_a_result_changed_by_hand_is_written_anew(inbox: Path, out: Path, toy: Exercise, box: StandIn) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=WRONG), out, toy)
    before = of_everyone(out)
    page = out / "results" / "bob.json"
    page.write_text(page.read_text().replace('"score": 8.0', '"score": 20.0'))
    box.asked.clear()
    grade(inbox, out, toy)
    assert (of_everyone(out), box.asked) == (before, [])


@pytest.mark.parametrize("room", ["results", "teacher"])
def test_a_result_that_is_taken_away_while_the_run_goes_on_is_told_of(
    room: str, inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taking(_: Job) -> Observation:
        next((out / room).glob("ada.*")).unlink()
        return means(3.0, 0.0)

    hand_in(inbox, ada=RIGHT, bob=WRONG)
    monkeypatch.setattr("grader.visits.AHEAD", 1)
    with stand_in(monkeypatch, **{WRONG: taking}):
        tally = grade(inbox, out, toy, workers=1)
    assert "moved or changed" in tally.faults["ada"]
    assert "- ada: what had been written was moved" in text(out, "teacher/summary.md")
    assert {line.partition(",")[0] for line in text(out, "results.csv").splitlines()[1:]} == {"bob"}
    assert grade(inbox, out, toy).faults == {}


@pytest.mark.parametrize("nth", range(1, 14))
def test_a_disk_that_fills_up_stops_the_run_and_loses_nothing(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    hand_in(inbox, ada=RIGHT, bob=WRONG)
    grade(inbox, tmp_path / "undisturbed", toy, workers=1)
    calls = iter(range(1, 1000))
    sync = os.fsync

    def full(descriptor: int) -> None:
        if next(calls) >= nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(CourseError, match=r"could not be written: No space left on device\. All else is kept"):
            grade(inbox, out, toy, workers=1)
    assert not list(out.rglob(".writing-*"))
    for path in (out / "results").glob("*"):
        json.loads(path.read_bytes())
    grade(inbox, out, toy, workers=1)
    assert of_everyone(out) == of_everyone(tmp_path / "undisturbed")


def test_what_a_killed_run_had_begun_to_write_is_cleared_away(inbox: Path, out: Path, toy: Exercise) -> None:
    (out / "results").mkdir(parents=True)
    for place in (out, out / "results"):
        (place / ".writing-1").write_text("{")
    others = [out / "inbox/.writing-1", out / "results/.writing-plan.txt", out / "results/.writing-2/a"]
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_text("somebody's own")
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    assert sorted(path for path in out.rglob("*") if ".writing-" in str(path) and path.is_file()) == sorted(others)


def test_one_run_at_a_time(inbox: Path, out: Path, toy: Exercise) -> None:
    hand_in(inbox, ada=RIGHT)
    with ledger.opened(out), pytest.raises(CourseError, match="Another run is writing"):
        grade(inbox, out, toy)
    assert grade(inbox, out, toy).graded == 1


def test_out_that_is_a_file_is_refused(inbox: Path, out: Path, toy: Exercise) -> None:
    out.write_text("")
    with pytest.raises(CourseError, match="Choose another OUT"):
        grade(hand_in(inbox, ada=RIGHT), out, toy)


def test_nobody_but_the_teacher_may_read_more_than_results_and_feedback(
    inbox: Path, out: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    for path in out.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)  # as a copy of OUT may be
    grade(hand_in(inbox, ada=WRONG, bob=WRONG), out, toy)
    others = {path.relative_to(out) for path in out.rglob("*") if path.stat().st_mode & 0o077}
    within_reach = {path for path in others if set(path.parents) <= {*others, Path()}}
    pages = {f"{name}.{ending}" for name in ("ada", "bob") for ending in ("json", "md")}
    assert {path.name for path in within_reach} == {"results", "feedback", *pages}


def test_what_a_system_writes_beside_the_facts_is_no_student(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    (out / "facts" / "._ada.json").write_bytes(b"\0\5\x16\7")
    again = judge_again(out, toy)
    assert (again.students, again.faults, grade(inbox, out, toy).gone) == (1, {}, [])


def test_what_ran_without_walls_is_run_again_behind_them(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwalled(_: Job) -> Observation:
        return means(8 / 3, 0.0) | Observation(walls="none: as an ordinary program")  # type: ignore[typeddict-item]

    hand_in(inbox, ada=RIGHT)
    with stand_in(monkeypatch, **{RIGHT: unwalled}) as box:
        grade(inbox, out, toy, without_walls=True)
        box.asked.clear()
        grade(inbox, out, toy, without_walls=True)
        assert box.asked == []
    with stand_in(monkeypatch) as box:
        grade(inbox, out, toy)
        assert [job.cells[0] for job in box.asked] == [RIGHT]
    assert result(out, "ada")["exercises"]["ex6"]["walls"] == "a stand-in"


def test_an_out_that_leads_in_a_circle(inbox: Path, tmp_path: Path, toy: Exercise) -> None:
    hand_in(inbox, ada=RIGHT)
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    with pytest.raises(CourseError, match="Choose another OUT"):
        grade(inbox, circle, toy)


@pytest.mark.parametrize(("number", "refused"), [(errno.EIO, False), (errno.EMFILE, False), (errno.EACCES, True)])
def test_a_disk_that_fails_for_a_moment_is_nobodys_zero(
    number: int, refused: bool, inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(inbox, ada=RIGHT, bob=RIGHT)
    real = os.open

    def failing(path: Any, *rest: Any, **more: Any) -> int:
        if str(path).endswith("lengths.py"):
            raise OSError(number, os.strerror(number), path)
        return real(path, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr("os.open", failing)
        tally = grade(inbox, out, toy)
    assert bool(tally.faults) == (not refused)
    assert grade(inbox, out, toy).faults == {}
    assert result(out, "bob")["score"] == 20.0


def test_results_of_students_who_have_left_stay_and_are_named(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=RIGHT), out, toy)
    (inbox / "bob").rename(inbox.parent / "bob")
    assert grade(inbox, out, toy).gone == ["bob"]
    assert result(out, "bob")["score"] == 20.0
    assert "whose folders are gone (not in results.csv)\n\n- bob" in text(out, "teacher/summary.md")
    assert "bob" not in text(out, "results.csv")
