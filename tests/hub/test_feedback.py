"""What is handed back to students holds nothing of a hidden check, whatever a submission tries to carry out.

Every row of every rubric is lost by somebody here. All files of generate_feedback are searched, as a release is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from grader import sealed
from grader.exercise import Exercise, exercises
from grader.expected import recorded
from grader.hub.course import write_course
from grader.hub.leaks import Secrets, as_shown
from tests.corpus import answers
from tests.hub.course import Course

# A submission that tells what it was called with. The word stands nowhere in its text.
WORD = "smuggled"
SMUGGLER = """
import os, sys, warnings
import torch

def told(value):
    if isinstance(value, torch.Tensor):
        return str(value.tolist())
    if isinstance(value, torch.nn.Module):
        return told(list(value.parameters()))
    if isinstance(value, dict):
        return told(list(value.values()))
    if isinstance(value, (list, tuple)) or hasattr(value, "dataset"):
        return str([told(part) for part in value])
    return repr(value)

def smuggle(*arguments, **named):
    text = "smug" + "gled" + told([arguments, named])
    {way}

"""
WAYS = {
    "by-text": "raise ValueError(text)",
    "by-class": "raise type(text, (Exception,), {'__module__': text})(text)",
    "by-name": "raise AttributeError(text, name=text, obj=text)",
    "by-missing-name": "raise NameError(text, name=text)",
    "by-import": "raise ModuleNotFoundError(text, name=text, path=text)",
    "by-line": "raise SyntaxError(text, (text, 1, 1, text))",
    "by-note": "error = NotImplementedError(text); error.add_note(text); raise error from Exception(text)",
    "by-print": "print(text); os.write(2, text.encode()); warnings.warn(text); sys.exit(text)",
}
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")
TELLING = 4  # digits: 0.25 or 12 may stand anywhere


def smuggler(item: Exercise, way: str) -> str:
    """A submission each of whose definitions tells what it was called with."""
    text = SMUGGLER.replace("{way}", way)
    return text + "".join(f"def {name}(*a, **k):\n    return smuggle(*a, **k)\n\n" for name in item.stub.names)


def numbers(text: str) -> set[str]:
    """The telling numbers of a text, four digits of each."""
    found = (f"{float(number):.4g}" for number in NUMBER.findall(text))
    return {number for number in found if len(number.partition("e")[0].replace(".", "").strip("0")) >= TELLING}


@dataclass(frozen=True)
class HandedBack:
    """A course whose students got their feedback."""

    course: Course
    programs: dict[str, str]

    @property
    def graded(self) -> Path:
        """What the kit keeps for the teacher."""
        return self.course.root / "graded" / self.course.exercise.id

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every file that goes to a student, and whose it is."""
        for student in self.programs:
            for path in (self.course.root / "feedback" / student).rglob("*"):
                if path.is_file():
                    yield student, path

    def teachers(self) -> str:
        """All pages for the teacher."""
        return "\n".join(path.read_text(encoding="utf-8") for path in (self.graded / "teacher").glob("*.md"))

    @cached_property
    def hidden_numbers(self) -> set[str]:
        """The numbers of all that was seen under hidden scenarios, of the reference and of everybody."""
        item = self.course.exercise
        shown = recorded(item).reference
        (reference,) = (self.graded / ".references").glob(f"{item.id}-*.json")
        seen: list[dict[str, Any]] = [sealed.read(reference)]
        for path in (self.graded / "facts").glob("*.json"):
            kept = sealed.read(path).values()
            seen += [part["observation"]["scenarios"] for part in kept if part["observation"]]
        hidden = [facts for scenarios in seen for name, facts in scenarios.items() if name not in shown]
        open_facts = [facts for scenarios in seen for name, facts in scenarios.items() if name in shown]
        return numbers(json.dumps(hidden)) - numbers(json.dumps(open_facts) + item.sheet + item.stub.text)


@pytest.fixture(scope="module", params=exercises(), ids=lambda item: item.id)
def handed_back(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> HandedBack:
    item: Exercise = request.param
    course = Course(tmp_path_factory.mktemp(item.id), item)
    write_course(course.root, [item])
    losers = {row: answer.path for answer in reversed(answers(item.id)) for row in answer.loses}
    programs = {path.stem: path.read_text(encoding="utf-8") for path in losers.values()}
    programs |= {way: smuggler(item, line) for way, line in WAYS.items()}
    for student, program in programs.items():
        course.hand_in(student, course.solved(program))
    for command in ("autograde", "generate_feedback"):
        ended = course.nbgrader(command, item.id)
        assert ended.returncode == 0, ended.stderr
    return HandedBack(course, programs)


@pytest.fixture(scope="module")
def secrets() -> Secrets:
    return Secrets.of(exercises())


def test_every_student_gets_a_page(handed_back: HandedBack) -> None:
    name = f"{handed_back.course.exercise.id}.html"
    assert {student for student, path in handed_back.files() if path.name == name} == set(handed_back.programs)


def test_no_file_holds_a_part_of_a_secret(handed_back: HandedBack, secrets: Secrets) -> None:
    for student, path in handed_back.files():
        left = secrets.beside(handed_back.programs[student])
        assert list(left.leaks(path.name, path.read_bytes())) == [], student


def test_no_file_holds_a_number_of_a_hidden_check(handed_back: HandedBack) -> None:
    assert handed_back.hidden_numbers == numbers(" ".join(handed_back.hidden_numbers)), (
        "a page that told one is found"
    )
    assert len(handed_back.hidden_numbers) > 5, "there must be something to keep back"
    for student, path in handed_back.files():
        told = numbers(as_shown(path.read_text(encoding="utf-8"))) - numbers(handed_back.programs[student])
        assert not told & handed_back.hidden_numbers, student


def test_no_file_holds_what_a_submission_carried_out_of_a_scenario(handed_back: HandedBack) -> None:
    assert handed_back.teachers().count(WORD) >= len(WAYS) / 2, "the submissions must have tried"
    for student, path in handed_back.files():
        assert WORD not in path.read_text(encoding="utf-8"), student
