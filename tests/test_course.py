"""`make grade` and `make judge` over small classes, with a stand-in for the box."""

from __future__ import annotations

import errno
import json
import os
import pickle
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import digests, ledger
from grader.box import BoxError
from grader.box.job import Job, Observation, Seen
from grader.course import CourseError
from grader.exercise import Exercise
from grader.expected import reference
from grader.judge import JudgeError, judge
from grader.marking import crowds
from grader.recording import record
from grader.submission import SubmissionsError
from grader.workers import NO_WALLS, NoWallsError
from tests.classes import (
    FAULTY,
    RIGHT,
    SLOW,
    WRONG,
    StandIn,
    copied,
    grade,
    hand_in,
    judge_again,
    means,
    observation,
    of_everyone,
    stand_in,
    tree,
)

MISTAKE = "def mean_length(sequences):\n    return float(len(sequences))\n"


@pytest.fixture(autouse=True)
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The stand-in that every run of these tests meets."""
    with stand_in(monkeypatch) as box:
        yield box


@pytest.fixture(scope="module")
def toy(toy: Exercise) -> Exercise:
    """The toy exercise, recorded: its one mistake counts sequences."""
    record(toy, lambda jobs: [means(3.0, 0.0) if MISTAKE in job.cells[0] else means(8 / 3, 0.0) for job in jobs])
    return toy


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def result(out: Path, student: str) -> dict[str, Any]:
    """A student's result."""
    made: dict[str, Any] = json.loads((out / "results" / f"{student}.json").read_text(encoding="utf-8"))
    return made


def text(out: Path, name: str) -> str:
    return (out / name).read_text(encoding="utf-8")


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


FOREIGN = ["", "{", "{}", "[]", '{"ada": {}}', '{"exercises": ["ex6"], "students": []}', "[" * 100_000, "\0"]


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


def test_checks_that_crash_on_the_reference_stop_the_run(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise
) -> None:
    broken = copied(toy, tmp_path / "kit", "none.same(", "none.alike(", "solutions/ex6/test_hidden.py")
    with pytest.raises(CourseError, match=r"(?s)The checks of ex6 did not run.*make audit"):
        grade(hand_in(inbox, ada=RIGHT), out, broken)
    assert not (out / "results").exists()


ROW = '[extra]\npoints = 5\nvisible = {}\nmeaning = "m"\nhint = "h"\n\n[mean]'


@pytest.mark.parametrize("visible", ["true", "false"])
def test_a_row_without_its_test_stops_the_run(
    visible: str, inbox: Path, out: Path, tmp_path: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    before = of_everyone(out)
    kit = copied(toy, tmp_path / "kit", "[mean]", ROW.format(visible), "grader/exercises/ex6/rubric.toml")
    for again in (lambda: judge_again(out, kit), lambda: grade(inbox, out, kit)):
        with pytest.raises(CourseError, match=r"ex6\.extra has no test\..*make audit"):
            again()
    assert of_everyone(out) == before


def test_hidden_tests_that_are_lost_stop_the_run(inbox: Path, out: Path, tmp_path: Path, toy: Exercise) -> None:
    kit = copied(toy, tmp_path / "kit", "0.0", "0.0", "solutions/ex6/lengths.py")
    kit.hidden_tests.unlink()
    with pytest.raises(CourseError, match=r"The checks of ex6 did not run: .*test_hidden\.py is not there\."):
        grade(hand_in(inbox, ada=RIGHT), out, kit)
    assert not (out / "results").exists()


def test_a_reference_that_does_not_run_stops_the_run(
    inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = observation(three=Seen(timeout=20.0), none=Seen(facts={"mean": 0.0}))
    right = toy.reference.read_text(encoding="utf-8")
    with (
        stand_in(monkeypatch, **{right: lambda _: answer}),
        pytest.raises(CourseError, match="The reference of ex6 ends scenario 'three'"),
    ):
        grade(hand_in(inbox, ada=RIGHT), out, toy)


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


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("grader/exercises/ex6/recorded.json", "<<<<<<<"),
        ("grader/exercises/ex6/recorded.json", "[]"),
        ("solutions/ex6/recorded.json", "<<<<<<<"),
        ("solutions/ex6/mistakes/counts-sequences.py", "def"),
        ("solutions/ex6/mistakes/counts-sequences.py", ""),
    ],
)
def test_a_kit_that_was_broken_stops_the_run_and_takes_no_page_away(
    place: str, text: str, inbox: Path, out: Path, tmp_path: Path, toy: Exercise
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    before = of_everyone(out)
    broken = copied(toy, tmp_path / "kit", "0.0", "0.0", "solutions/ex6/lengths.py")
    (broken.root / place).write_text(text, encoding="utf-8")
    for again in (lambda: grade(inbox, out, broken), lambda: judge_again(out, broken)):
        with pytest.raises(CourseError, match="ex6"):
            again()
    assert of_everyone(out) == before


def test_no_walls_stop_the_run(inbox: Path, out: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(_: Job) -> Observation:
        raise NoWallsError(NO_WALLS)

    with stand_in(monkeypatch, **{RIGHT: refusing}), pytest.raises(CourseError, match="BOX=none"):
        grade(hand_in(inbox, ada=RIGHT), out, toy)


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


@pytest.mark.parametrize("how", [Seen(timeout=20.0), Seen(killed="signal 9")])
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
        "bob": ["ex6: a part of the code was cut short; tried once more alone, it came to its end"]
    }
    assert "tried once more alone" in text(tmp_path / "busy", "teacher/bob.md")


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


def test_a_check_that_is_changed_during_a_run_ends_it(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = copied(toy, tmp_path / "kit", "points = 8", "points = 8", "grader/exercises/ex6/rubric.toml")
    check = kit.room / "test_visible.py"
    text = check.read_text(encoding="utf-8")
    hand_in(inbox, ada=RIGHT, bob=WRONG, cyd=RIGHT)

    def changing(_: Job) -> Observation:
        check.write_text(f"{text}# changed\n", encoding="utf-8")
        return means(8 / 3, 0.0)

    with (
        stand_in(monkeypatch, **{WRONG: changing}),
        pytest.raises(CourseError, match="was changed while it graded"),
    ):
        grade(inbox, out, kit, workers=1)
    check.write_text(text, encoding="utf-8")
    assert grade(inbox, out, kit).faults == {}
    assert [result(out, student)["score"] for student in ("ada", "cyd")] == [20.0, 20.0]


def test_a_scenario_that_is_changed_during_a_run_reaches_no_box(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = copied(toy, tmp_path / "kit", '"ACDEF"', '"ACDEF"', "grader/exercises/ex6/scenarios.py")
    scenarios, text = kit.room / "scenarios.py", kit.visible_scenarios()[0][1]
    monkeypatch.setattr("grader.visits.AHEAD", 1)
    hand_in(inbox, ada=RIGHT, bob=WRONG, cyd=f"{RIGHT}\n")  # bob and cyd are judged together

    def changing(_: Job) -> Observation:
        scenarios.write_text(text.replace('"ACDEF"', '"ACDEFGH"'), encoding="utf-8")
        return means(3.0, 0.0)

    with stand_in(monkeypatch, **{WRONG: changing}) as box:
        with pytest.raises(CourseError, match="was changed while it graded"):
            grade(inbox, out, kit, workers=1)
        assert {path.stem for path in (out / "facts").iterdir()} == {"ada", "bob", "cyd"}
        assert {job.scenarios[0][1] for job in box.asked} == {text}
    scenarios.write_text(text, encoding="utf-8")
    assert grade(inbox, out, kit).faults == {}


def test_a_reference_that_is_changed_during_a_run_is_run_as_its_digest_names_it(
    toy: Exercise, tmp_path: Path
) -> None:
    kit = copied(toy, tmp_path / "kit", "0.0", "0.0", "solutions/ex6/lengths.py")
    (kit,) = digests.read_anew([kit])
    kit.reference.write_text(MISTAKE, encoding="utf-8")
    ran: list[Job] = []
    reference(kit, lambda jobs: ran.extend(jobs) or [means(8 / 3, 0.0)])
    assert ran[0].cells == (toy.reference.read_text(encoding="utf-8"),)
    assert digests.have_changed([kit])


def test_an_editors_lock_beside_a_file_of_the_kit_changes_nothing(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, box: StandIn
) -> None:
    kit = copied(toy, tmp_path / "kit", "0.0", "0.0", "solutions/ex6/lengths.py")
    grade(hand_in(inbox, ada=RIGHT, bob=WRONG), out, kit)
    before = of_everyone(out)
    box.asked.clear()
    for folder in (kit.room, kit.handout, kit.solution, kit.solution / "mistakes"):
        (folder / ".#lengths.py").symlink_to("ada@host.1234:1700000000")
    assert (judge_again(out, kit).faults, grade(inbox, out, kit).faults, box.asked) == ({}, {}, [])
    assert of_everyone(out) == before


def test_a_kit_that_cannot_be_read_ends_the_run_and_takes_no_page_away(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = copied(toy, tmp_path / "kit", "0.0", "0.0", "solutions/ex6/lengths.py")
    grade(hand_in(inbox, ada=RIGHT), out, kit)
    before = of_everyone(out)
    check = kit.room / "test_visible.py"
    text = check.read_bytes()

    def saving(_: Job) -> Observation:
        check.unlink()
        check.symlink_to("nowhere")  # a folder is listed, and what it lists has gone
        return means(3.0, 0.0)

    sentence = "test_visible.py could not be read: No such file or directory. Mend it"
    with stand_in(monkeypatch, **{WRONG: saving}), pytest.raises(CourseError, match=sentence):
        grade(hand_in(inbox, bob=WRONG), out, kit)
    for again in (lambda: grade(inbox, out, kit), lambda: judge_again(out, kit)):
        with pytest.raises(CourseError, match=sentence):
            again()
    assert of_everyone(out).items() >= before.items()
    check.unlink()
    check.write_bytes(text)
    assert grade(inbox, out, kit).faults == {}


def test_a_run_that_stopped_under_another_rubric_leaves_no_mark_of_it(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopping(*_: Any) -> None:
        raise KeyboardInterrupt

    grade(hand_in(inbox, ada=RIGHT, bob=WRONG), out, toy)
    before = of_everyone(out)
    richer = copied(toy, tmp_path / "kit", "points = 8", "points = 10", "grader/exercises/ex6/rubric.toml")
    with monkeypatch.context() as patched:
        patched.setattr("grader.ledger.Ledger.finish", stopping)  # results are written, the ledger is not
        with pytest.raises(KeyboardInterrupt):
            grade(inbox, out, richer)
    assert of_everyone(out) != before
    grade(inbox, out, toy)
    assert of_everyone(out) == before


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
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    assert not list(out.rglob(".writing-*"))


def test_one_run_at_a_time(inbox: Path, out: Path, toy: Exercise) -> None:
    hand_in(inbox, ada=RIGHT)
    with ledger.opened(out), pytest.raises(CourseError, match="Another run is writing"):
        grade(inbox, out, toy)
    assert grade(inbox, out, toy).graded == 1


def test_out_that_is_a_file_is_refused(inbox: Path, out: Path, toy: Exercise) -> None:
    out.write_text("")
    with pytest.raises(CourseError, match="Choose another OUT"):
        grade(hand_in(inbox, ada=RIGHT), out, toy)


def test_nobody_but_the_teacher_may_read_facts_and_pages(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    modes = {path.name: path.stat().st_mode & 0o077 for path in out.iterdir() if path.is_dir()}
    assert (modes["facts"], modes["teacher"], modes[".references"]) == (0, 0, 0)


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


def test_students_whose_files_would_be_one_get_no_result(inbox: Path, out: Path, toy: Exercise) -> None:
    alike = ["Ada", "Zoe\u0308", "Zo\u00eb", "ada"]
    hand_in(inbox, **dict.fromkeys([*alike, "bob"], RIGHT))
    out.mkdir()
    (out / ".LOCK").touch()  # as if the disk told no case apart
    tally = grade(inbox, out, toy)
    assert sorted(tally.faults) == alike
    assert "Rename one" in tally.faults["ada"]
    assert [path.stem for path in (out / "results").iterdir()] == ["bob"]


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


def test_workers_are_sent_no_reference_and_no_check(inbox: Path, out: Path, toy: Exercise, box: StandIn) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    right = toy.reference.read_text(encoding="utf-8")
    sent = [pickle.dumps(job) for job in box.asked if job.cells[0] != right]
    secrets = [right, *(path.read_text(encoding="utf-8") for path in toy.tests)]
    assert len(sent) == 1
    assert not any(secret.encode() in job for secret in secrets for job in sent)


def test_what_a_system_writes_beside_the_facts_is_no_student(inbox: Path, out: Path, toy: Exercise) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    (out / "facts" / "._ada.json").write_bytes(b"\0\5\x16\7")
    again = judge_again(out, toy)
    assert (again.students, again.faults, grade(inbox, out, toy).gone) == (1, {}, [])


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
    def interrupted(*_: Any, **__: Any) -> int:
        return pytest.ExitCode.INTERRUPTED

    monkeypatch.setattr("grader.judge.run_pytest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade(hand_in(inbox, ada=RIGHT), out, toy)
