"""The whole round on a real JupyterHub, in a real browser, by five real accounts; and what a student cannot do.

The steps belong together: they are run in their order, and each leaves a picture in build/pictures.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.exercise import exercise
from grader.hub.serve import BUILD, GRADER, INSTRUCTOR, PLACE, ROOT, STUDENTS, hub
from tests.hub.browser import By, browser

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("chromium"), reason="a hub needs root, and the browser Debian's chromium"
)
ADA, BOB, CYD = STUDENTS
EX3 = exercise("ex3")
RIGHT = EX3.reference.read_text(encoding="utf-8")
WRONG = (EX3.solution / "mistakes" / "step-each-micro-batch.py").read_text(encoding="utf-8")
SOLUTION = "ex3_solution_train_epoch_accumulated"
SECRETS = (
    f"/home/{GRADER}",
    f"/home/{GRADER}/proteins/gradebook.db",
    f"/home/{GRADER}/proteins/source/ex3/ex3.ipynb",
    f"/home/{GRADER}/kit/solutions/ex3/gradient_accumulation.py",
    f"/home/{GRADER}/kit/solutions/ex3/test_hidden.py",
    f"/home/{GRADER}/proteins/submitted/{ADA}/ex3/ex3.ipynb",
    f"/home/{ADA}/ex3/ex3.ipynb",
    f"{PLACE}/exchange/proteins/inbound",
    f"{PLACE}/exchange/proteins/feedback",
    f"{PLACE}/state",
    str(ROOT / "solutions" / "ex3" / "gradient_accumulation.py"),
    str(ROOT / "tests" / "submissions"),
    str(BUILD / "course" / "source" / "ex3" / "ex3.ipynb"),
)


@pytest.fixture(scope="module")
def passwords() -> Iterator[Mapping[str, str]]:
    with hub() as made:
        for student in (ADA, BOB):
            show_the_application(student)
        yield made


@pytest.fixture(scope="module")
def pictures() -> Path:
    folder = BUILD / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def show_the_application(student: str) -> None:
    """Let the test type into cells through JupyterLab itself."""
    page = Path("/home", student, ".jupyter", "labconfig", "page_config.json")
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"exposeAppInBrowser": True}), encoding="utf-8")
    subprocess.run(["chown", "-R", f"{student}:{student}", f"/home/{student}/.jupyter"], check=True)


def as_student(student: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a student would in a terminal of the hub."""
    return subprocess.run(
        ["runuser", "-u", student, "--", *command], cwd="/", capture_output=True, text=True, check=False
    )


def test_the_instructor_releases(passwords: Mapping[str, str], pictures: Path) -> None:
    with browser(INSTRUCTOR, pictures) as prof:
        prof.log_in(passwords[INSTRUCTOR])
        prof.formgrader()
        prof.row_action("ex3", "release", "Successfully released")
        prof.picture("has released ex3")
        assert "released" in prof.text()


def test_a_student_works_until_it_is_right_and_submits(passwords: Mapping[str, str], pictures: Path) -> None:
    with browser(ADA, pictures) as ada:
        ada.log_in_to_lab(passwords[ADA])
        ada.fetch("ex3")
        ada.picture("has fetched ex3")
        ada.open("ex3/ex3.ipynb")
        assert "Not started yet" in ada.run("Not started yet")
        ada.look_at("ex3_equivalence")
        ada.picture("sees the stub's check fail")
        ada.write(SOLUTION, WRONG)
        shown = ada.run("2 of 11 points")
        assert "mistake: ex3.step-each-micro-batch" in shown
        ada.look_at("ex3_equivalence")
        ada.picture("sees the mistake named")
        ada.write(SOLUTION, RIGHT)
        ada.run("11 of 11 points")
        ada.look_at("ex3_equivalence")
        ada.picture("sees all visible checks pass")
        ada.command("docmanager:save")
        ada.submit("ex3")
        ada.picture("has submitted")


def test_another_submits_a_wrong_one(passwords: Mapping[str, str], pictures: Path) -> None:
    with browser(BOB, pictures) as bob:
        bob.log_in_to_lab(passwords[BOB])
        bob.fetch("ex3")
        bob.open("ex3/ex3.ipynb")
        bob.write(SOLUTION, WRONG)
        bob.command("docmanager:save")
        bob.submit("ex3")
        bob.picture("has submitted")


def test_the_instructor_collects_autogrades_and_hands_back(passwords: Mapping[str, str], pictures: Path) -> None:
    with browser(INSTRUCTOR, pictures) as prof:
        prof.log_in(passwords[INSTRUCTOR])
        prof.formgrader()
        prof.row_action("ex3", "collect", "Successfully collected")
        prof.picture("has collected")
        prof.formgrader("manage_submissions/ex3")
        for student in (ADA, BOB):
            prof.row_action(student, "autograde", "Successfully autograded")
        prof.formgrader("manage_submissions/ex3")
        prof.picture("sees the scores")
        assert "20 / 20" in prof.text()
        assert "4 / 20" in prof.text()
        prof.formgrader("gradebook/ex3/ex3")
        prof.click(By.XPATH, "//tr[td[normalize-space()='4 / 20']]//a")  # without names, in an order of its own
        prof.until(lambda: "ex3.step-each-micro-batch" in prof.driver.page_source)
        prof.find("ex3.step-each-micro-batch")
        prof.picture("sees the misconception by its name")
        prof.formgrader()
        prof.row_action("ex3", "generate-feedback", "Successfully generated feedback")
        prof.row_action("ex3", "release-feedback", "Successfully released feedback")
        prof.picture("has released feedback")


def test_the_student_reads_the_feedback(passwords: Mapping[str, str], pictures: Path) -> None:
    with browser(BOB, pictures) as bob:
        bob.log_in_to_lab(passwords[BOB])
        bob.fetch_feedback()
        bob.picture("has fetched feedback")
        (page,) = Path("/home", BOB).glob("ex3/feedback/*/ex3.html")
        bob.driver.get(f"http://127.0.0.1:18000/user/{BOB}/files/{page.relative_to(Path('/home', BOB))}")
        bob.until(lambda: "ex3.steps: 0 of 3 points" in bob.text())
        assert "mistake: ex3.step-each-micro-batch" in bob.text()
        bob.find("ex3.steps: 0 of 3 points")
        bob.picture("reads it")


@pytest.mark.parametrize("path", SECRETS)
@pytest.mark.usefixtures("passwords")
def test_a_student_cannot_read_what_is_not_theirs(path: str) -> None:
    if "/submitted/" not in path and "/exchange/" not in path:
        assert Path(path).exists(), "there must be something to protect"
    for command in (["cat", path], ["ls", path]):
        ended = as_student(CYD, *command)
        assert ended.returncode != 0
        assert "Permission denied" in ended.stderr
        assert ended.stdout == ""


def test_a_student_cannot_open_the_formgrader(passwords: Mapping[str, str], pictures: Path) -> None:
    with browser(CYD, pictures) as cyd:
        cyd.log_in(passwords[CYD])
        cyd.driver.get("http://127.0.0.1:18000/services/proteins/formgrader")
        cyd.until(lambda: "403" in cyd.text())
        cyd.picture("is not let into the formgrader")


@pytest.mark.usefixtures("passwords")
def test_the_hub_has_only_what_a_student_may_have() -> None:
    ended = as_student(CYD, str(PLACE / "env/bin/python"), "-c", "import grader; print(grader.__file__)")
    installed = Path(ended.stdout.strip()).parent
    assert installed.is_relative_to(PLACE / "env")
    assert not (installed.parent / "solutions").exists()
