"""The commands and the targets of `make`, as a teacher and a student run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.commands import hear_once, hear_signals, main
from grader.exercise import ROOT, ExerciseError, exercise
from tests.classes import RIGHT, WRONG, hand_in, of_everyone
from tests.kits import command, environment, make, run, toy_kit


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_kit(tmp_path_factory.mktemp("kit"))


@pytest.fixture(scope="module")
def graded(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that `make grade` graded: SUBMISSIONS and OUT stand in it."""
    root = tmp_path_factory.mktemp("class")
    hand_in(root / "inbox", ada=RIGHT, bob=WRONG)
    ran = make(kit, "grade", f"SUBMISSIONS={root / 'inbox'}", f"OUT={root / 'out'}", "WORKERS=1")
    assert ran.returncode == 0, ran.stderr
    assert "2 of 2 students have a result" in ran.stderr
    return root


def test_make_alone_lists_the_targets() -> None:
    listed = make(ROOT).stdout
    names = set(re.findall(r"^make ([a-z-]+)", listed, re.MULTILINE))
    assert {"check", "grade", "judge", "audit", "test", "benchmark", "help"} <= names


def test_every_target_that_is_meant_for_people_has_a_line_of_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)[0].split()
    helped = re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE)
    set_up = re.findall(r"^([a-z-]+): \.venv/", text, re.MULTILINE)  # the others wait for these
    assert set(phony) - set(helped) == set(set_up)


def test_goals_that_look_like_nothing_fail() -> None:
    ran = make(ROOT, "tset")
    assert (ran.returncode, "No rule to make target 'tset'" in ran.stderr) == (2, True)
    assert make(ROOT, "ex3").returncode == 2


def test_check_of_an_exercise_that_is_not_there_says_which_are(kit: Path) -> None:
    ran = make(kit, "check", "ex9")
    assert ran.returncode == 2
    assert "There is no exercise 'ex9'. Choose one of: ex6" in ran.stderr


def test_a_file_that_is_checked_tells_the_terminal_nothing(kit: Path, tmp_path: Path) -> None:
    title = "\x1b]0;a title\x07"
    (tmp_path / "lengths.py").write_text(
        f"def mean_length(_):\n    raise ValueError({title!r})\n", encoding="utf-8"
    )
    ran = run(kit, "check", "ex6", tmp_path / "lengths.py")
    assert "\\x1b]0;a title\\x07" in ran.stdout
    assert "\x1b" not in ran.stdout


def test_a_report_with_failures_is_no_error_of_make_unless_it_is_strict(kit: Path) -> None:
    ran = make(kit, "check", "ex6", CI="", STRICT="")
    assert (ran.returncode, "Error" in ran.stderr) == (0, False), ran.stderr
    assert make(kit, "check", "ex6", CI="", STRICT="1").returncode == 2
    assert make(kit, "check", "ex6", CI="true", STRICT="").returncode == 2


def test_control_c_before_anything_is_done_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopping(*_: object) -> None:
        raise KeyboardInterrupt

    ignored: list[object] = []
    monkeypatch.setattr("grader.commands.run_course", stopping)
    monkeypatch.setattr("signal.signal", lambda *what: ignored.append(what))
    monkeypatch.setattr("os._exit", sys.exit)
    with pytest.raises(SystemExit) as ended:
        main(["grade", "inbox", "out"])
    assert (ended.value.code, ignored) == (130, [(signal.SIGINT, signal.SIG_IGN)])
    assert capsys.readouterr().err.startswith("Stopped. The same command")


def test_control_c_that_comes_twice_within_a_second_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        hear_once()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        monkeypatch.setattr("grader.commands.ONE_PRESS", 0.0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_whoever_has_it_hear_no_control_c_is_left_to_that() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        hear_once()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_signals_that_whoever_started_it_had_blocked_are_heard() -> None:
    """By SIGPROF a statement of a student's learns that its time is up, in all that is started from here."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    try:
        hear_signals()
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def imported_by_python_itself() -> set[str]:
    """What `python -m` imports before the module that it is told has a word to say."""
    words = [sys.executable, "-I", "-c", "import runpy, sys; print(*sys.modules)"]
    names = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    return {name.partition(".")[0] for name in names}


def test_the_current_folder_is_not_imported_from(kit: Path, tmp_path: Path) -> None:
    names = {*sys.stdlib_module_names, "rich", "torch"} - imported_by_python_itself()
    assert {"argparse", "pathlib", "signal", "typing", "__future__"} <= names
    for name in names:
        (tmp_path / f"{name}.py").write_text(f"open('{name}-was-run', 'w')")
    words = command("check", "ex9")
    ended = subprocess.run(words, cwd=tmp_path, env=environment(kit), capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert list(tmp_path.glob("*-was-run")) == []


def test_nothing_above_the_kit_or_below_the_submissions_is_imported(kit: Path, tmp_path: Path) -> None:
    above = tmp_path / "above"
    shutil.copytree(kit, above / "kit")
    inbox = hand_in(above / "inbox", ada=RIGHT)
    for folder in (above, inbox, inbox / "ada"):
        for name in ("__init__", "conftest", "pytest", "rich"):
            (folder / f"{name}.py").write_text(f"open({str(tmp_path / f'{name}-was-run')!r}, 'w')")
    ran = run(above / "kit", "grade", inbox, tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert list(tmp_path.glob("*-was-run")) == []


def test_a_name_is_a_word_for_make_whatever_is_in_it(kit: Path, tmp_path: Path) -> None:
    file = hand_in(tmp_path / "inbox", ada=RIGHT) / "ada" / "it's `touch pwned` $(shell touch pwned) $$HOME (1).py"
    file.write_text(RIGHT)
    ran = make(kit, "check", "ex6", f"FILE={file}", "STRICT=1")
    assert ran.returncode == 0, ran.stderr
    inbox = (tmp_path / "inbox").rename(tmp_path / "a class `touch pwned` $(shell touch pwned)")
    ran = make(kit, "grade", f"SUBMISSIONS={inbox}", f"OUT={tmp_path / 'out $(shell touch pwned)'}")
    assert ran.returncode == 0, ran.stderr
    assert not (kit / "pwned").exists()


def test_grade_without_its_folders_says_how(kit: Path) -> None:
    for words in (["grade"], ["grade", f"SUBMISSIONS={kit}"], ["grade", "OUT=out"]):
        ran = make(kit, *words)
        assert (ran.returncode, "make grade SUBMISSIONS=inbox OUT=graded" in ran.stderr) == (2, True)
    assert "make judge OUT=graded" in make(kit, "judge").stderr
    assert not (kit / "results").exists()


def test_grade_of_a_folder_that_is_not_there(kit: Path, tmp_path: Path) -> None:
    ran = run(kit, "grade", tmp_path / "none", tmp_path / "out")
    assert (ran.returncode, "No such file or directory" in ran.stderr) == (2, True)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("words", [["--workers", "-1"], ["--workers", "two"], ["--exercises", "ex9"]])
def test_grade_refuses_what_it_does_not_understand(kit: Path, tmp_path: Path, words: list[str]) -> None:
    ran = run(kit, "grade", hand_in(tmp_path / "inbox", ada=RIGHT), tmp_path / "out", *words)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()


def test_two_workers_give_the_bytes_of_one(kit: Path, graded: Path) -> None:
    ran = make(kit, "grade", f"SUBMISSIONS={graded / 'inbox'}", f"OUT={graded / 'two'}", "WORKERS=2", "EX=ex6 ex6")
    assert ran.returncode == 0, ran.stderr
    assert of_everyone(graded / "out") == of_everyone(graded / "two")


def test_judging_again_gives_the_same_bytes(kit: Path, graded: Path) -> None:
    before = of_everyone(graded / "out")
    ran = make(kit, "judge", f"OUT={graded / 'out'}")
    assert (ran.returncode, of_everyone(graded / "out")) == (0, before), ran.stderr


def test_the_walls_stand_in_the_result(graded: Path) -> None:
    result = json.loads((graded / "out" / "results" / "ada.json").read_bytes())
    assert result["exercises"]["ex6"]["walls"].startswith("bubblewrap")


def test_no_students_code_runs_without_a_wall_unless_told(kit: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    inbox = hand_in(tmp_path / "inbox", ada=f"open({str(marker)!r}, 'w')\n{RIGHT}")
    bare = tmp_path / "bin"  # a PATH without bubblewrap
    bare.mkdir()
    refused = run(kit, "grade", inbox, tmp_path / "out", PATH=str(bare), BOX="")
    assert refused.returncode == 2
    assert "no wall" in refused.stderr
    assert "BOX=none" in refused.stderr
    assert not marker.exists()
    allowed = run(kit, "grade", inbox, tmp_path / "out", BOX="none")
    assert allowed.returncode == 0, allowed.stderr
    assert marker.exists()
    result = json.loads((tmp_path / "out" / "results" / "ada.json").read_bytes())
    assert (result["score"], result["exercises"]["ex6"]["walls"][:5]) == (20.0, "none:")


def test_a_students_folder_that_is_a_link_or_a_file_tree_without_end(kit: Path, tmp_path: Path) -> None:
    inbox = hand_in(tmp_path / "inbox", ada=RIGHT)
    (inbox / "link").symlink_to(inbox / "ada", target_is_directory=True)
    (inbox / "broken").symlink_to(tmp_path / "nowhere")
    os.mkfifo(inbox / "pipe")
    (inbox / "eve" / "ex6").mkdir(parents=True)
    os.mkfifo(inbox / "eve" / "ex6" / "lengths.py")
    ran = run(kit, "grade", inbox, tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    parts = {
        path.stem: json.loads(path.read_bytes())["exercises"]["ex6"]
        for path in (tmp_path / "out" / "results").iterdir()
    }
    assert {name: part["status"] for name, part in parts.items()} == {
        "ada": "graded", "link": "refused", "eve": "refused",
    }  # fmt: skip
    assert all(part["reason"] for name, part in parts.items() if name != "ada")
    assert "- broken" in ran.stderr
    assert "- pipe" in ran.stderr


@pytest.mark.parametrize("name", ["kit [2026]", "a::b"])
def test_a_kit_in_a_folder_where_no_check_can_run_says_so(name: str, kit: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / name
    elsewhere.symlink_to(kit)
    with pytest.raises(ExerciseError, match="rename it"):
        exercise("ex6", elsewhere)
