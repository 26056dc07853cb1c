"""Mistakes worth naming: each is a wrong program in `solutions/exN/mistakes/` and tells its own story.

`step-each-micro-batch.py` is the misconception `ex3.step-each-micro-batch`; `off-by-one.early.py` is one way of
several to make the mistake `off-by-one`. The docstring's first paragraph is the sentence a student reads, the
line `Hint:` what to reread, `Costs:` the rows it loses and `May cost:` those that may fall as a consequence.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import Exercise, files, text_of
from grader.syntax import parse


@dataclass(frozen=True)
class Mistake:
    """One wrong program, by the words of its docstring."""

    name: str  # the file's name without ".py": "off-by-one.early"
    exercise: str
    sentence: str
    hint: str
    costs: tuple[str, ...] = ()
    may_cost: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The misconception, the same for every way to make it: "ex2.off-by-one"."""
        return f"{self.exercise}.{self.name.partition('.')[0]}"


def mistakes(exercise: Exercise) -> dict[Mistake, Path]:
    """The mistake programs of an exercise and their files; empty where the solutions are not at hand."""
    paths = files(exercise.solution / "mistakes", "*.py")
    return {read(exercise.id, path): path for path in paths}


def read(exercise: str, path: Path) -> Mistake:
    """A mistake from its file's docstring. ValueError names what the docstring lacks."""
    text = ast.get_docstring(parse(text_of(path))) or ""
    paragraphs = text.split("\n\n")
    labelled: dict[str, str] = {}
    for line in "\n".join(paragraphs[1:]).splitlines():
        label, colon, rest = line.partition(": ")
        if colon and label in ("Hint", "Costs", "May cost"):
            labelled[label] = rest
        elif labelled and line.strip():
            label = list(labelled)[-1]
            labelled[label] += " " + line.strip()
    if not paragraphs[0] or not labelled.get("Hint"):
        raise ValueError(f"{path} needs a docstring: one sentence, then a line that begins with 'Hint: '.")
    return Mistake(
        name=path.stem,
        exercise=exercise,
        sentence=" ".join(paragraphs[0].split()),
        hint=labelled["Hint"],
        costs=rows(exercise, labelled.get("Costs", "")),
        may_cost=rows(exercise, labelled.get("May cost", "")),
    )


def rows(exercise: str, names: str) -> tuple[str, ...]:
    """ "steps, edges" as rubric ids."""
    return tuple(f"{exercise}.{name.strip()}" for name in names.split(",") if name.strip())
