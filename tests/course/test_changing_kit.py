"""A kit that is at fault, or is changed while it grades: the run ends, nobody loses a mark or a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader import digests
from grader.box.job import Job, Observation, Seen
from grader.course import CourseError
from grader.exercise import Exercise, ExerciseError, exercises
from grader.expected import Expected, reference
from grader.judge import judge
from tests.classes import (
    MISTAKE,
    RIGHT,
    WRONG,
    StandIn,
    copied,
    grade,
    hand_in,
    judge_again,
    means,
    observation,
    of_everyone,
    result,
    stand_in,
)

ROW = '[extra]\npoints = 5\nvisible = {}\nmeaning = "m"\nhint = "h"\n\n[mean]'


def test_checks_that_crash_on_the_reference_stop_the_run(
    inbox: Path, out: Path, tmp_path: Path, toy: Exercise
) -> None:
    broken = copied(toy, tmp_path / "kit", "none.same(", "none.alike(", "solutions/ex6/test_hidden.py")
    with pytest.raises(CourseError, match=r"(?s)The checks of ex6 did not run.*make audit"):
        grade(hand_in(inbox, ada=RIGHT), out, broken)
    assert not (out / "results").exists()


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
    ("place", "text"),
    [
        ("grader/exercises/ex6/recorded.json", "<<<<<<<"),
        ("grader/exercises/ex6/recorded.json", "[]"),
        ("grader/exercises/ex6/recorded.json", '{"stub": {"name": "lengths.py", "text": ""}, "mistakes": [{}]}'),
        ("solutions/ex6/recorded.json", "<<<<<<<"),
        ("solutions/ex6/recorded.json", "[1]"),
        ("solutions/ex6/recorded.json", '{"counts-sequences": 1}'),
        ("solutions/ex6/mistakes/counts-sequences.py", "def"),
        ("solutions/ex6/mistakes/counts-sequences.py", ""),
    ],
)
def test_a_kit_that_was_broken_stops_the_run_and_takes_no_page_away(
    place: str, text: str, inbox: Path, out: Path, tmp_path: Path, toy: Exercise, box: StandIn
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    before = of_everyone(out)
    broken = copied(toy, tmp_path / "kit", "0.0", "0.0", "solutions/ex6/lengths.py")
    (broken.root / place).write_text(text, encoding="utf-8")
    hand_in(inbox, bob=WRONG)
    box.asked.clear()
    for again in (lambda: grade(inbox, out, broken), lambda: judge_again(out, broken)):
        with pytest.raises(CourseError, match="ex6"):
            again()
    assert (of_everyone(out), box.asked) == (before, [])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[mean]", "[mean", r"Expected ']'"),
        ("visible = true\n", "", "`visible` of ex6.mean must be true or false"),
        ("points = 12", 'points = "twelve"', "`points` of ex6.mean must be a number, not below 0"),
        ("points = 12", "points = nan", "`points` of ex6.mean must be a number, not below 0"),
        ("points = 12", "points = -1", "`points` of ex6.mean must be a number, not below 0"),
        ("[mean]\npoints = 12", "mean = 12\n[m]", "`points` of ex6.mean must be"),
        ("points", "points = 0 #", "no row has points, and an exercise needs some"),
    ],
)
def test_a_rubric_that_is_none_is_told_of_before_anything_is_run(
    old: str, new: str, said: str, inbox: Path, out: Path, tmp_path: Path, toy: Exercise, box: StandIn
) -> None:
    grade(hand_in(inbox, ada=RIGHT), out, toy)
    before = of_everyone(out)
    kit = copied(toy, tmp_path / "kit", old, new, "grader/exercises/ex6/rubric.toml")
    hand_in(inbox, bob=WRONG)
    box.asked.clear()
    for again in (lambda: grade(inbox, out, kit), lambda: judge_again(out, kit)):
        with pytest.raises(CourseError, match=rf"ex6/rubric\.toml is no rubric: .*{said}.* Mend it"):
            again()
    assert (of_everyone(out), box.asked) == (before, [])
    with pytest.raises(ExerciseError, match="is no rubric"):
        judge(Exercise("ex6", kit.root), [kit.visible_tests], Expected({}, {}), {"ada": {}})


def test_a_kit_without_an_exercise_says_so(tmp_path: Path) -> None:
    with pytest.raises(ExerciseError, match=r"There is no exercise in .*exercises: .*Copy them again"):
        exercises(tmp_path)


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
