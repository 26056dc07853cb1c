"""A run of `make grade` over a small class, with a stand-in for the box."""

from __future__ import annotations

import errno
import pickle
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import course, record
from grader.box import BoxError
from grader.box.job import Job, Observation
from grader.course import CourseError
from grader.exercise import Exercise
from grader.judge import JudgeError, judge
from grader.marking import crowds
from grader.submission import SubmissionsError
from grader.workers import NO_WALLS, NoWallsError
from tests.classes import (
    FAULTY,
    RIGHT,
    WRONG,
    StandIn,
    copied,
    grade,
    hand_in,
    judge_again,
    means,
    of_everyone,
    result,
    stand_in,
    text,
    tree,
)


def test_every_student_gets_a_result_and_two_pages(inbox: Path, out: Path, toy: Exercise, box: StandIn) -> None:
    hand_in(inbox, ada=RIGHT, bob=WRONG, eve=toy.stub.text)
    (inbox / "fay").mkdir()
    tally = grade(inbox, out, toy)
    scores = {name: result(out, name)["score"] for name in ("ada", "bob", "eve", "fay")}
    assert scores == {"ada": 20.0, "bob": 8.0, "eve": 0.0, "fay": 0.0}
    parts = {name: result(out, name)["exercises"]["ex6"] for name in scores}
    assert [part["status"] for part in parts.values()] == ["graded", "graded", "not-started", "missing"]
    assert all(part["reason"] for name, part in parts.items() if name in ("eve", "fay"))
    assert parts["bob"]["checks"][0]["misconception"] == "ex6.counts-sequences"
    assert {path.stem for path in (out / "feedback").iterdir()} == set(scores)
    assert {path.stem for path in (out / "teacher").glob("*.md")} == {*scores, "summary"}
    assert (tally.students, tally.graded, tally.faults) == (4, 4, {})
    assert len(box.asked) == 3  # ada, bob and the reference: nothing of the others is code of theirs


def test_the_walls_stand_in_each_result(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT, eve=toy.stub.text), out, toy)
    assert [result(out, who)["exercises"]["ex6"]["walls"] for who in ("ada", "eve")] == ["a stand-in", None]
    assert "- walls: a stand-in" in text(out, "teacher/ada.md")


def test_the_bytes_do_not_depend_on_the_number_of_workers(
    inbox: Path, tmp_path: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(inbox, **{f"s{i:02}": RIGHT if i % 3 else WRONG for i in range(30)})

    def dawdling(job: Job) -> Observation:
        time.sleep(hash(job.cells) % 7 / 1000)
        return means(3.0, 0.0)

    with stand_in(monkeypatch, **{WRONG: dawdling}):
        for workers in (1, 4):
            grade(inbox, tmp_path / str(workers), toy, workers)
    assert of_everyone(tmp_path / "1") == of_everyone(tmp_path / "4")


def test_files_beside_the_folders_are_named_in_the_summary(inbox: Path, out: Path, toy: Exercise) -> None:
    hand_in(inbox, ada=RIGHT)
    for name in ("lengths.py", "all.zip", ".DS_Store"):
        (inbox / name).write_text("")
    (inbox / "link").symlink_to("a" * 300)  # a link whose end nobody can look at, as the name is too long
    assert grade(inbox, out, toy).loose == ["all.zip", "lengths.py", "link"]
    assert "- all.zip\n- lengths.py" in text(out, "teacher/summary.md")


def test_a_folder_without_student_folders_stops_the_run_and_leaves_nothing(
    inbox: Path, out: Path, toy: Exercise
) -> None:
    inbox.mkdir()
    (inbox / "lengths.py").write_text(RIGHT)
    with pytest.raises(SubmissionsError, match="only loose files"):
        grade(inbox, out, toy)
    assert not out.exists()


def test_out_within_submissions_is_refused(inbox: Path, toy: Exercise) -> None:
    hand_in(inbox, ada=RIGHT)
    with pytest.raises(CourseError, match="Choose another OUT"):
        grade(inbox, inbox / "graded", toy)
    with pytest.raises(CourseError, match="Choose another OUT"):
        grade(inbox, inbox, toy)


def test_a_fault_of_ours_costs_one_student_the_result_and_nobody_a_mark(
    inbox: Path, out: Path, toy: Exercise
) -> None:
    tally = grade(hand_in(inbox, ada=RIGHT, bob=FAULTY, eve=WRONG), out, toy)
    assert tally.faults == {"bob": "The box ended twice."}
    assert {path.stem for path in (out / "results").iterdir()} == {"ada", "eve"}
    assert "bob" not in text(out, "results.csv")
    summary = text(out, "teacher/summary.md")
    assert "2 of 3 students have a result" in summary
    assert "not a zero" in summary
    assert "- bob: The box ended twice." in summary


def test_a_fault_of_ours_takes_a_result_of_an_earlier_submission_away(
    inbox: Path, out: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=RIGHT), out, toy)
    grade(hand_in(inbox, bob=FAULTY), out, toy)
    assert not (out / "results" / "bob.json").exists()
    assert not (out / "feedback" / "bob.md").exists()
    assert grade(hand_in(inbox, bob=RIGHT), out, toy).faults == {}
    assert result(out, "bob")["score"] == 20.0


def test_a_check_that_crashes_on_one_student_leaves_the_others_theirs(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashing(exercise: Exercise, tests: list[Path], expected: Any, facts: Any) -> Any:
        if any(seen["three"]["facts"]["mean"] == -1.0 for seen in facts.values()):
            raise JudgeError("test_mean crashed")
        return judge(exercise, tests, expected, facts)

    monkeypatch.setattr("grader.marking.judge", crashing)
    hand_in(inbox, ada=RIGHT, bob="-1\n", eve=WRONG, joe=RIGHT)
    forged = means(-1.0, 0.0) | Observation(signs=["line 1 opens a descriptor"])  # type: ignore[typeddict-item]
    with stand_in(monkeypatch, **{"-1\n": lambda _: forged}):
        tally = grade(inbox, out, toy)
    assert tally.faults == {"bob": "test_mean crashed"}
    assert ["a check crashed" in why for why in tally.look["bob"]] == [True, False]
    assert "looks like tampering: line 1 opens a descriptor" in text(out, "teacher/bob.md")
    assert not (out / "results" / "bob.json").exists()
    assert [result(out, who)["score"] for who in ("ada", "eve", "joe")] == [20.0, 8.0, 20.0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (BoxError("The box ended twice: NameError."), r"The box ended twice: NameError\. `make audit` says more"),
        (OSError(errno.ENOSPC, "No space left on device"), "Nothing can be run here: .*No space left .* again"),
    ],
)
@pytest.mark.parametrize("kit", ["that was changed", "whose references are kept"])
def test_a_box_that_fails_the_reference_too_stops_the_run_and_takes_no_page_away(
    kit: str, fault: Exception, said: str, inbox: Path, out: Path, tmp_path: Path, toy: Exercise,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    before = of_everyone(out)
    if kit == "that was changed":
        toy = copied(toy, tmp_path / "kit", "SCENARIOS", "SCENARIO", "solutions/ex6/scenarios.py")

    def failing(_: Job) -> Observation:
        raise fault

    newer = RIGHT + "# newer\n"
    with (
        stand_in(monkeypatch, **dict.fromkeys([newer, toy.reference.read_text(encoding="utf-8")], failing)),
        pytest.raises(CourseError, match=said),
    ):
        grade(hand_in(inbox, ada=newer), out, toy)
    assert of_everyone(out) == before


def test_no_walls_stop_the_run(inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(_: Job) -> Observation:
        raise NoWallsError(NO_WALLS)

    with stand_in(monkeypatch, **{RIGHT: refusing}), pytest.raises(CourseError, match="BOX=none"):
        grade(hand_in(inbox, ada=RIGHT), out, toy)


@pytest.mark.parametrize("handed_in", [True, False])
def test_a_name_that_the_disk_of_out_refuses_costs_nobody_else(
    handed_in: bool, inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a stick, whose file system takes no colon; it cannot be mounted here, so `replace` plays its part."""
    move = Path.replace

    def on_a_stick(path: Path, goal: Path) -> Path:
        if ":" in Path(goal).name:
            raise OSError(errno.EINVAL, "Invalid argument", str(path), None, str(goal))
        return move(path, goal)

    monkeypatch.setattr(Path, "replace", on_a_stick)
    hand_in(inbox, ada=RIGHT, zed=RIGHT, **{"a:b": RIGHT})
    if not handed_in:
        (inbox / "a:b" / "ex6" / "lengths.py").unlink()
    with stand_in(monkeypatch):
        tally = grade(inbox, out, toy)
    assert tally.faults == {"a:b": "The disk of OUT takes no file named a:b.json. Rename the folder."}
    assert {path.name for path in (out / "results").iterdir()} == {"ada.json", "zed.json"}


@pytest.mark.parametrize("name", ["summary", "Summary", "s" * 245])
def test_a_folder_that_no_file_can_be_named_after(inbox: Path, out: Path, toy: Exercise, name: str) -> None:
    tally = grade(hand_in(inbox, ada=RIGHT, **{name: RIGHT}), out, toy)
    assert "Rename it" in tally.faults[name]
    assert result(out, "ada")["score"] == 20.0


@pytest.mark.parametrize("name", ["a b", "Zoë", "na\nme", "-rf", "*[x]", "b\udcff", "100%", "a.b.json", "'\"$(x)"])
def test_students_of_any_name(inbox: Path, out: Path, toy: Exercise, name: str) -> None:
    grade(hand_in(inbox, **{name: WRONG}), out, toy)
    assert result(out, name)["student"] == name
    again = judge_again(out, toy)
    assert (again.graded, again.faults) == (1, {})


def test_a_folder_that_vanishes_during_the_run(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(inbox, ada=WRONG, **{f"s{i:02}": RIGHT for i in range(40)}, zoe=RIGHT)

    def leaving(_: Job) -> Observation:
        (inbox / "zoe").rename(inbox.parent / "elsewhere")
        return means(3.0, 0.0)

    with stand_in(monkeypatch, **{WRONG: leaving}):
        assert "vanished" in grade(inbox, out, toy, workers=1).faults["zoe"]
        assert grade(inbox, out, toy).faults == {}


def test_a_folder_that_vanishes_for_a_while_keeps_its_pages_and_is_not_judged_before_it_is_seen_again(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(hand_in(inbox, ada=RIGHT, zoe=RIGHT), out, toy)
    before, elsewhere = of_everyone(out), inbox.parent / "elsewhere"
    rolled = course.students

    def leaving(submissions: Path) -> list[Path]:
        folders = rolled(submissions)
        (inbox / "zoe").rename(elsewhere)
        return folders

    with monkeypatch.context() as patched:
        patched.setattr(course, "students", leaving)
        assert "once it is back" in grade(inbox, out, toy).faults["zoe"]
    assert tree(out).items() <= before.items()
    assert "results/zoe.json" in tree(out)
    assert "What was written of them before stays" in text(out, "teacher/summary.md")
    assert "zoe" not in text(out, "results.csv")
    assert "vanished" in judge_again(out, toy).faults["zoe"]
    elsewhere.rename(inbox / "zoe")
    assert (grade(inbox, out, toy).faults, judge_again(out, toy).faults) == ({}, {})
    assert of_everyone(out) == before


def test_work_that_vanishes_while_it_is_read_is_nobodys_zero(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(hand_in(inbox, ada=RIGHT, zoe=RIGHT), out, toy)
    find = record.find

    def leaving(folder: Path, exercise: Exercise) -> Any:
        if folder.name == "zoe":
            folder.rename(inbox.parent / "elsewhere")
        return find(folder, exercise)

    monkeypatch.setattr(record, "find", leaving)
    assert list(grade(inbox, out, toy).faults) == ["zoe"]
    assert result(out, "zoe")["score"] == 20.0


def test_submissions_that_are_taken_away_end_the_run_and_take_no_page_away(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(hand_in(inbox, ada=RIGHT, bob=RIGHT, zoe=RIGHT), out, toy)
    before, elsewhere = tree(out), inbox.parent / "elsewhere"
    hand_in(inbox, ada=WRONG)

    def leaving(_: Job) -> Observation:
        inbox.rename(elsewhere)
        return means(3.0, 0.0)

    monkeypatch.setattr("grader.visits.AHEAD", 1)
    with stand_in(monkeypatch, **{WRONG: leaving}) as box:
        with pytest.raises(CourseError, match=r"inbox, can't be found any more\. What was graded is kept"):
            grade(inbox, out, toy, workers=1)
        assert {name for name, page in tree(out).items() if page != before[name]} == {
            "results/ada.json", "feedback/ada.md",
        }  # fmt: skip
        assert tree(out).keys() == before.keys()
        elsewhere.rename(inbox)
        box.asked.clear()
        assert (grade(inbox, out, toy).faults, box.asked) == ({}, [])
    assert [result(out, who)["score"] for who in ("ada", "bob", "zoe")] == [8.0, 20.0, 20.0]


def test_students_whose_files_would_be_one_get_no_result(inbox: Path, out: Path, toy: Exercise) -> None:
    alike = ["Ada", "Zoe\u0308", "Zo\u00eb", "a\u200dda", "ada", "sum\u200dmary", "\u0390", "\u03aa\u0301"]
    hand_in(inbox, **dict.fromkeys([*alike, "bob"], RIGHT))
    out.mkdir()
    (out / ".LOCK").touch()  # as if the disk told no case apart
    tally = grade(inbox, out, toy)
    assert sorted(tally.faults) == sorted(alike)
    assert "Rename one" in tally.faults["ada"]
    assert [path.stem for path in (out / "results").iterdir()] == ["bob"]


def test_workers_are_sent_no_reference_and_no_check(inbox: Path, out: Path, toy: Exercise, box: StandIn) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    right = toy.reference.read_text(encoding="utf-8")
    sent = [pickle.dumps(job) for job in box.asked if job.cells[0] != right]
    secrets = [right, *(path.read_text(encoding="utf-8") for path in toy.tests)]
    assert len(sent) == 1
    assert not any(secret.encode() in job for secret in secrets for job in sent)


@pytest.mark.parametrize(("bytes_at_most", "students"), [(1 << 20, 16), (1, 1)])
def test_students_are_handed_out_a_bounded_number_at_a_time(
    bytes_at_most: int, students: int, inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.visits.HANDED_OUT", bytes_at_most)
    hand_in(inbox, **{f"s{i:03}": RIGHT for i in range(60)})
    most = 0

    def watching(tally: Any) -> None:
        nonlocal most
        most = max(most, len(tally.under_way))

    monkeypatch.setattr(
        "grader.report.tally.Tally.began", lambda self, who: (self.under_way.update({who: None}), watching(self))
    )
    with stand_in(monkeypatch):
        grade(inbox, out, toy, workers=2)
    assert most == students


def test_a_job_may_travel(toy: Exercise) -> None:
    job = Job("ex6", "lengths", ("mean_length",), True, (RIGHT,), toy.all_scenarios(), {"a.csv": b"\x00"})
    assert pickle.loads(pickle.dumps(job)) == job
    assert replace(job, only=("none",)) != job


def test_the_first_student_is_judged_alone_and_then_more_and_more_together() -> None:
    sizes = [len(crowd) for crowd in crowds((str(number), {}) for number in range(200))]
    assert sizes == [1, 2, 4, 8, 16, 32, 50, 50, 37]


def test_control_c_while_checks_run_ends_the_run(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.judge.Bench.verdict", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade(hand_in(inbox, ada=RIGHT), out, toy)
