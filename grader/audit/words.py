"""The words of an exercise: short enough and plain enough for somebody in the first month of Python.

The reading level is the Flesch-Kincaid grade (Kincaid and others, 1975): the year of a US school that a text asks
for. Code, numbers and the long words that the sheet itself uses are taken out first: those a student has met.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import textstat

from grader.audit.fault import Fault, place
from grader.exercise import Exercise
from grader.mistakes import mistakes
from grader.syntax import parse

GRADE = 9.0  # the highest reading level of a message or hint
SENTENCES = 2  # in one text; a message and a mistake's sentence may stand together
CODE = re.compile(r"`[^`]*`|\{[^}]*\}|\b\w*[_.()=]\w+\b(?:\(\))?")


def words(exercise: Exercise) -> Iterator[Fault]:
    """Texts that a student may be shown and that are too long or too hard to read."""
    known = set(re.findall(r"[a-z]+(?:-[a-z]+)*", exercise.sheet.lower()))
    for where, text in texts(exercise):
        if (level := grade(text, known)) > GRADE:
            what = f"Reading level {level:.1f}, more than {GRADE:g}: {text!r}."
            yield Fault(where, what, "Use shorter sentences and words, or words of the sheet.")
        if (count := sentences(text)) > SENTENCES:
            yield Fault(where, f"{count} sentences, more than {SENTENCES}: {text!r}.", "Say less.")


def texts(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Everything that a student may be shown, with the file it stands in."""
    rubric = place(exercise, exercise.room / "rubric.toml")
    for check in exercise.checks:
        yield from ((rubric, check.meaning), (rubric, check.hint))
    for mistake, path in mistakes(exercise).items():
        yield from ((place(exercise, path), mistake.sentence), (place(exercise, path), mistake.hint))
    for path in exercise.tests:
        yield from ((place(exercise, path), message) for message in messages(path))


def messages(path: Path) -> Iterator[str]:
    """The messages of a file of checks: its texts of several words that end as a sentence, docstrings aside."""
    tree = parse(path.read_text(encoding="utf-8"))
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef)]
    docstrings = {ast.get_docstring(node, clean=False) for node in bodies}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            text = node.value.strip()
            if " " in text and text.endswith((".", "?")):
                yield text


def grade(text: str, known: set[str]) -> float:
    """The Flesch-Kincaid grade of a text, without its code and with the sheet's long words made short."""

    def shorter(match: re.Match[str]) -> str:
        return "word" if match.group().lower() in known and len(match.group()) > len("word") else match.group()

    plain = re.sub(r"[A-Za-z]+(?:-[A-Za-z]+)*", shorter, CODE.sub("it", text))
    return float(textstat.flesch_kincaid_grade(plain))


def sentences(text: str) -> int:
    """How many sentences a text has."""
    return len(re.findall(r"[.?!](?=\s|$)", CODE.sub("it", text)))
