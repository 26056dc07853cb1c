"""What happens to a machine while a class is graded loses nothing and changes no byte."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classes import RIGHT, SLOW, WRONG, hand_in, of_everyone
from tests.endurance import alive, small_class, start, torment
from tests.kits import command, environment, run, toy_kit
from tests.processes import descendants

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_kit(tmp_path_factory.mktemp("kit"))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that nobody changes."""
    return small_class(tmp_path_factory.mktemp("class") / "inbox", 16)


@pytest.fixture(scope="module")
def undisturbed(kit: Path, inbox: Path) -> dict[str, bytes]:
    """What that class is told by a run to which nothing happens."""
    assert run(kit, "grade", inbox, inbox.parent / "out").returncode == 0
    return of_everyone(inbox.parent / "out")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that holds 160 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "none", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_killed_at_random_moments(kit: Path, tmp_path: Path) -> None:
    torment(kit, tmp_path, moments=3, students=10, seed=int(os.environ.get("PYTEST_SEED", "1")))


def test_a_full_disk(kit: Path, inbox: Path, undisturbed: dict[str, bytes], small_disk: Path) -> None:
    full = run(kit, "grade", inbox, small_disk / "out")
    assert full.returncode == 2
    assert "No space left on device" in full.stderr
    assert "run the same command again" in full.stderr
    assert "Traceback" not in full.stderr
    subprocess.run(["mount", "-o", "remount,size=10m", small_disk], check=True)
    assert run(kit, "grade", inbox, small_disk / "out").returncode == 0
    assert of_everyone(small_disk / "out") == undisturbed


def test_a_disk_that_cannot_be_written_to(kit: Path, small_disk: Path, tmp_path: Path) -> None:
    inbox = hand_in(tmp_path / "inbox", ada=RIGHT)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    ran = run(kit, "grade", inbox, small_disk / "out")
    assert (ran.returncode, "Read-only file system. Choose another OUT." in ran.stderr) == (2, True), ran.stderr


def test_submissions_that_change_during_the_run(kit: Path, tmp_path: Path) -> None:
    inbox = small_class(tmp_path / "inbox", 16)
    grader = start(kit, inbox, tmp_path / "out")
    until((tmp_path / "out" / "results").exists, grader)
    hand_in(inbox, s000=WRONG, s010=WRONG, s014=WRONG, newcomer=RIGHT)
    shutil.rmtree(inbox / "s013")
    assert grader.wait(timeout=200) in (0, 2)
    assert run(kit, "grade", inbox, tmp_path / "out").returncode == 0
    assert run(kit, "grade", inbox, tmp_path / "undisturbed").returncode == 0
    for path in (tmp_path / "out" / "results" / "s013.json", tmp_path / "out" / "feedback" / "s013.md"):
        path.unlink(missing_ok=True)  # of a student who has left; nobody takes a mark away but the teacher
    assert of_everyone(tmp_path / "out") == of_everyone(tmp_path / "undisturbed")


def test_a_second_run_into_the_same_out(kit: Path, inbox: Path, tmp_path: Path) -> None:
    first = start(kit, inbox, tmp_path / "out")
    until((tmp_path / "out" / "facts").exists, first)
    second = run(kit, "grade", inbox, tmp_path / "out")
    assert (second.returncode, "Another run is writing" in second.stderr) == (2, True), second.stderr
    assert first.wait(timeout=200) == 0


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C reaches what is started here: a shell has all that it starts in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_whoever_has_it_hear_of_no_end_is_not_waited_for(kit: Path, tmp_path: Path) -> None:
    inbox = hand_in(tmp_path / "inbox", ada=RIGHT)
    words = [sys.executable, "-c", DEAF, *command("grade", inbox, tmp_path / "out")]
    ended = subprocess.run(
        words, cwd=kit, env=environment(kit), capture_output=True, text=True, timeout=100, check=False
    )
    assert ended.returncode == 0, ended.stderr


DEAF = """
import os
import signal
import sys

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.usefixtures("heard")
def test_control_c_ends_at_once_and_says_how_to_go_on(kit: Path, tmp_path: Path) -> None:
    inbox = hand_in(tmp_path / "inbox", ada=RIGHT, bob=SLOW, eve=SLOW, zoe=WRONG)
    grader = subprocess.Popen(
        command("grade", inbox, tmp_path / "out", "--workers", "2"), cwd=kit, env=environment(kit),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    book = tmp_path / "out" / ".ledger.json"  # is written when all else of a student is done
    until(lambda: book.exists() and '"ada"' in book.read_text(), grader)
    there = descendants(grader.pid)
    began = time.monotonic()
    os.killpg(grader.pid, signal.SIGINT)
    _, said = grader.communicate(timeout=60)
    assert grader.returncode == 130
    assert time.monotonic() - began < 10  # a student's endless loop is not waited for
    assert "Stopped. 1 of 4 students have a result." in said
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    assert there
    assert not alive(there)
    hand_in(inbox, bob=RIGHT, eve=RIGHT)
    assert run(kit, "grade", inbox, tmp_path / "out").returncode == 0
    assert run(kit, "grade", inbox, tmp_path / "undisturbed").returncode == 0
    assert of_everyone(tmp_path / "out") == of_everyone(tmp_path / "undisturbed")


@pytest.mark.usefixtures("heard")
def test_a_control_c_that_comes_twice_ends_as_one_does(kit: Path, tmp_path: Path) -> None:
    inbox = hand_in(tmp_path / "inbox", ada=RIGHT, bob=SLOW, eve=SLOW)
    for presses, apart in ((2, 0.001), (40, 0.002)):
        out = tmp_path / f"out{presses}"
        grader = subprocess.Popen(
            command("grade", inbox, out, "--workers", "2"), cwd=kit, env=environment(kit),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        until((out / "results" / "ada.json").exists, grader)
        for _ in range(presses):
            grader.send_signal(signal.SIGINT)
            time.sleep(apart)
        _, said = grader.communicate(timeout=10)
        assert (grader.returncode, "Traceback" in said) == (130, False), said


def test_a_box_that_is_killed_is_replaced(
    kit: Path, inbox: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    grader = start(kit, inbox, tmp_path / "out")
    until((tmp_path / "out" / "results").exists, grader)
    for pid in descendants(grader.pid)[:2]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert grader.wait(timeout=200) == 0
    assert of_everyone(tmp_path / "out") == undisturbed


def until(holds: object, grader: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Wait for something, as long as a run goes on."""
    assert callable(holds)
    end = time.monotonic() + 120
    while not holds():
        assert grader.poll() is None, "the run ended too soon"
        assert time.monotonic() < end
        time.sleep(0.01)
