"""The audit finds every kind of fault, planted one at a time in a copy of a small kit, and says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.audit.conduct import conduct
from grader.audit.form import form, strays
from grader.exercise import Exercise, exercises
from grader.expected import Observe
from grader.recording import record
from tests.toy import write_exercise


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, observe: Observe) -> Path:
    """A kit of one exercise without a fault."""
    root = tmp_path_factory.mktemp("sound")
    write_exercise(root)
    record(Exercise("ex6", root), observe)
    return root


@pytest.fixture
def kit(sound: Path, tmp_path: Path) -> Path:
    """A copy to plant a fault in."""
    return Path(shutil.copytree(sound, tmp_path / "kit"))


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    """A fault: other words in a file."""

    def plant(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        (root / name).write_text(text.replace(old, new), encoding="utf-8")

    return plant


def add(name: str, text: str = "") -> Callable[[Path], None]:
    """A fault: a file too many."""

    def plant(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")

    return plant


def remove(name: str) -> Callable[[Path], None]:
    """A fault: a file too few."""
    return lambda root: (root / name).unlink()


RUBRIC = "grader/exercises/ex6/rubric.toml"
SHEET = "assignments/ex6/README.md"
STUB = "assignments/ex6/lengths.py"
VISIBLE = "grader/exercises/ex6/test_visible.py"
HIDDEN = "solutions/ex6/test_hidden.py"
REFERENCE = "solutions/ex6/lengths.py"
MISTAKE = "solutions/ex6/mistakes/counts-sequences.py"

FORM = {
    "points": (replace(RUBRIC, "points = 12", "points = 11"), "The points sum to 19, not 20."),
    "a row without a test": (replace(VISIBLE, "def test_mean", "def check_mean"), "has no test_mean"),
    "a test without a row": (replace(HIDDEN, "def test_empty", "def test_full"), "test_full belongs to no row"),
    "a hidden row's test in the visible room": (
        replace(RUBRIC, "visible = false", "visible = true"),
        "has no test_empty",
    ),
    "another signature in the stub": (replace(STUB, "(sequences)", "(proteins)"), "mean_length(sequences) in the"),
    "another default in the reference": (replace(REFERENCE, "(sequences)", "(sequences=())"), "in the reference"),
    "another signature in the sheet": (replace(SHEET, "(sequences)", "(sequence)"), "in the sheet"),
    "other points in the sheet": (
        replace(SHEET, "| 12 |", "| 13 |"),
        "lacks the row '| ex6.mean | 12 | visible |'",
    ),
    "a row too many in the sheet": (
        replace(SHEET, "| ex6.empty |", "| ex6.none | 1 | hidden | x |\n| ex6.empty |"),
        "is not in the rubric",
    ),
    "an empty hint": (replace(RUBRIC, '"Reread the sheet."', '""'), "ex6.mean has an empty hint"),
    "a mistake without a hint": (replace(MISTAKE, "Hint:", "Hints:"), "begins with 'Hint: '"),
    "a mistake that costs an unknown row": (replace(MISTAKE, "Costs: mean", "Costs: median"), "which is no row"),
    "a mistake that costs nothing": (replace(MISTAKE, "Costs: mean", ""), "It costs nothing."),
    "a number in a mistake's sentence": (replace(MISTAKE, "how many", "3 times how many"), "holds a number"),
    "a sentence that is hard to read": (
        replace(MISTAKE, "how many sequences there are", "the cardinality of the polypeptide collection"),
        "Reading level",
    ),
    "a hint that goes on and on": (replace(MISTAKE, "Hint: Reread", "Hint: Stop. Think. Reread"), "3 sentences"),
    "a stray file": (add("solutions/ex6/notes.txt"), "solutions/ex6/notes.txt: The file belongs to nothing."),
    "a file in the handout": (add("assignments/ex6/data/x.csv"), "assignments/ex6/data/x.csv"),
    "a second stub": (add("assignments/ex6/other.py"), "must hold one stub"),
    "no sheet": (remove(SHEET), "has no sheet"),
    "no recorded facts": (remove("grader/exercises/ex6/recorded.json"), "Run `make record ex6`."),
    "a file that does not parse": (add(HIDDEN, "def test_empty(:"), "SyntaxError"),
    "a folder without a rubric": (add("solutions/ex7/x.py"), "solutions/ex7: It belongs to no exercise"),
}

CONDUCT = {
    "a stub that is solved": (
        replace(STUB, "raise NotImplementedError", "return 0.0"),
        "The stub is 'graded', not 'not-started'.",
    ),
    "a stub that was recorded otherwise": (replace(STUB, "The mean number", "Mean number"), "The stub differs"),
    "a reference that loses points": (
        replace(HIDDEN, 'none.same("mean"', 'none.require(False, "never"); none.same("mean"'),
        "The reference loses ex6.empty",
    ),
    "a reference that does not run": (replace(REFERENCE, "sum(map(len", "total(map(len"), "NameError"),
    "recorded facts of another reference": (
        replace(REFERENCE, "return sum(map(len, sequences))", "return 2 * sum(map(len, sequences))"),
        "recorded facts are not those seen today",
    ),
    "a mistake that keeps its row": (
        replace(
            MISTAKE, "return float(len(sequences))", "return sum(map(len, sequences)) / max(len(sequences), 1)"
        ),
        "It keeps ex6.mean.",
    ),
    "a mistake that loses another row": (
        replace(MISTAKE, "return float(len(sequences))", "return float(len(sequences)) or None"),
        "It loses ex6.empty.",
    ),
    "a mistake that is not named": (
        replace(MISTAKE, "return float(len(sequences))", "return 2.0 * len(sequences)"),
        "It is not named by ex6.mean.",
    ),
    "a mistake whose words changed": (replace(MISTAKE, "how many", "the number of"), "their words are not those"),
    "two mistakes that look alike": (
        add(
            "solutions/ex6/mistakes/counts-twice.py",
            '"""Your code counts twice.\n\nHint: Reread.\nCosts: mean\n"""\n\n\n'
            "def mean_length(sequences):\n    return float(len(sequences))\n",
        ),
        "It is called ex6.counts-sequences.",
    ),
}


@pytest.mark.parametrize("item", exercises(), ids=str)
def test_an_exercise_of_ours_has_no_fault_of_form(item: Exercise) -> None:
    assert list(form(item)) == []


def test_a_sound_kit_has_no_fault(sound: Path, observe: Observe) -> None:
    exercise = Exercise("ex6", sound)
    assert [*form(exercise), *strays(sound), *conduct(exercise, observe)] == []


@pytest.mark.parametrize("name", FORM)
def test_form(kit: Path, name: str) -> None:
    plant, words = FORM[name]
    plant(kit)
    said = [str(fault) for fault in (*form(Exercise("ex6", kit)), *strays(kit))]
    assert any(words in line for line in said), said


@pytest.mark.parametrize("name", CONDUCT)
def test_conduct(kit: Path, observe: Observe, name: str) -> None:
    plant, words = CONDUCT[name]
    plant(kit)
    said = [str(fault) for fault in conduct(Exercise("ex6", kit), observe)]
    assert any(words in line for line in said), said


def test_a_program_that_looks_alike_is_told_when_recorded(kit: Path, observe: Observe) -> None:
    plant, _ = CONDUCT["two mistakes that look alike"]
    plant(kit)
    record(Exercise("ex6", kit), observe)
    said = [str(fault) for fault in conduct(Exercise("ex6", kit), observe)]
    assert any("counts-sequences.py: It is not named by ex6.mean." in line for line in said), said


def test_a_mistake_is_tried_under_every_architecture_and_seed(kit: Path, observe: Observe) -> None:
    odd = "solutions/ex6/architectures/odd.py"
    add(odd, "def mean_length(sequences):\n    return None\n")(kit)
    said = [str(fault) for fault in conduct(Exercise("ex6", kit), observe)]
    for seed in (0, 1, 2):
        assert any(f"lengths.py with odd, seed {seed}: The reference loses" in line for line in said), said
