"""A notebook that was handed in, put together again: the release's cells once each, the student's in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nbformat import NotebookNode, v4

from grader.hub.notebook import SCHEMA
from grader.report.plain import ADDRESS, LINK
from grader.submission.notebook import asks_for_checks

CELL_SHOWN, SHOWN = 20_000, 100_000  # characters of what a student wrote: in one cell, and in all of them
BLANKS = re.compile(r"(?<=\S)([^\S\n]{80})[^\S\n]+")  # a run of them inside a line, and what is shown of it
TAG = re.compile(r"<(?=[a-zA-Z/!?])")  # where HTML would begin
ENTITY = re.compile(r"&(?=#?\w+;)")  # a letter in disguise
# What in a formula leads or fetches: names that TeX knows no other way to write.
FORMULA_LINK = re.compile(
    r"\\(?=(?:href|url|style|class|cssId|data|bbox|mmlToken|require|includegraphics|html[A-Z][a-z]+)(?![a-zA-Z]))"
)
LANGUAGE = re.compile(r"((?:```|~~~)[^\S\r\n]*)(?=[^`~\s])")  # where code in a text would say its language


@dataclass(frozen=True)
class Released:
    """The cells that nbgrader keeps of a released notebook, by grade id, in their order."""

    cells: dict[str, NotebookNode]

    @classmethod
    def of(cls, notebook: Any, layout: NotebookNode) -> Released:
        """The cells of a notebook in nbgrader's gradebook, which keeps no order, laid out as the kit's own."""
        order = [cell.metadata.nbgrader["grade_id"] for cell in layout.cells]
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        kept = {c.name: cell_of(c, points.get(c.name), c.name in solutions) for c in notebook.source_cells}
        return cls({name: kept[name] for name in [*order, *kept] if name in kept})

    def is_solution(self, name: str) -> bool:
        """Whether a cell is for the student to write."""
        return bool(self.cells[name].metadata.nbgrader["solution"])

    def name_of(self, cell: NotebookNode) -> str | None:
        """Which of the cells a student's cell is: by its id, by its text, or by what it defines. A locked one with
        code of the student's own in it is the student's, perhaps a copy: Jupyter copies the id, too."""
        metadata = cell.metadata.get("nbgrader")
        name = metadata.get("grade_id") if isinstance(metadata, dict) else None
        if isinstance(name, str) and name in self.cells and (self.is_solution(name) or not is_own_code(cell)):
            return name
        return self.by_text.get(cell.source.strip()) or self.by_definition(cell)

    @cached_property
    def by_text(self) -> dict[str, str]:
        """Grade ids of the locked cells, by their text."""
        return {cell.source.strip(): name for name, cell in self.cells.items() if not self.is_solution(name)}

    def by_definition(self, cell: NotebookNode) -> str | None:
        """The solution cell whose function or class a code cell defines."""
        for name in self.cells:
            defined = re.escape(name.partition("_solution_")[2])
            if defined and cell.cell_type == "code" and re.search(rf"(?m)^(def|class) {defined}\b", cell.source):
                return name
        return None


def is_own_code(cell: NotebookNode) -> bool:
    """Whether there is more code in a cell than what asks for a check."""
    return cell.cell_type == "code" and not asks_for_checks(cell.source)


def cell_of(source: Any, points: float | None, solution: bool) -> NotebookNode:
    """A cell as it was released."""
    metadata = {
        "cell_type": source.cell_type,
        "checksum": source.checksum,
        "grade": points is not None,
        "grade_id": source.name,
        "locked": source.locked,
        "schema_version": SCHEMA,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        metadata["points"] = points
    make = v4.new_code_cell if source.cell_type == "code" else v4.new_markdown_cell
    made: NotebookNode = make(source=source.source, metadata={"nbgrader": metadata}, id=source.name[:64])
    return made


def rebuilt(cells: Sequence[NotebookNode], released: Released) -> list[NotebookNode]:
    """The student's cells in their order, each locked one as released; one that is missing stands behind the one
    before it. Of cells that came twice one counts, the others are ordinary cells. What is too long is cut."""
    places = {place: name for name, place in places_of(cells, released).items()}
    placed: dict[str, NotebookNode] = {}
    whole: list[NotebookNode] = []
    for place, cell in enumerate(cells):
        if name := places.get(place):
            placed[name] = back_in_place(cell, released, name)
        else:
            cell.metadata.pop("nbgrader", None)
        whole.append(placed[name] if name else plain(cell))
    cut([cell for cell in whole if not is_locked(cell)])
    before = -1
    for name, cell in released.cells.items():
        if name in placed:
            before = next(place for place, other in enumerate(whole) if other is placed[name])
        elif not released.is_solution(name):
            before += 1
            whole.insert(before, cell)
    return whole


def plain(cell: NotebookNode) -> NotebookNode:
    """A student's own cell, in which no text is HTML or a link, nor in a formula: a script in it would run in the
    browser of whoever looks at it in the formgrader, with that person's rights to marks and solutions.

    Nor does code in a text say its language: each of hundreds has patterns to colour it, and some never end.
    """
    if cell.cell_type != "code":
        text = LINK.sub(r"\\", TAG.sub("&lt;", ENTITY.sub("&amp;", cell.source)))
        text = ADDRESS.sub(r"\\\g<0>", text)
        cell.source = LANGUAGE.sub(r"\1:", FORMULA_LINK.sub(r"\\ ", text))
    return cell


def is_locked(cell: NotebookNode) -> bool:
    """Whether a cell is as released."""
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))


def cut(cells: Sequence[NotebookNode]) -> None:
    """Cut what students wrote to what can be shown: nbconvert's patterns for text and code take the square of its
    length, above all in a run of blanks, those for code the cube of its blank lines, and nbgrader makes one page
    after another."""
    left = SHOWN
    for cell in cells:
        is_code, text = cell.cell_type == "code", cell.source
        if is_code:
            text = BLANKS.sub(r"\1", "\n".join(line.rstrip() for line in text.split("\n")))
        room = min(left, CELL_SHOWN)
        left -= min(len(text), room)
        if len(text) > room:
            sign = "\n# " if is_code else "\n\n"
            text = f"{text[:room]}{sign}{len(text) - room:,} more characters are not shown."
        cell.source = text


def places_of(cells: Sequence[NotebookNode], released: Released) -> dict[str, int]:
    """Where each released cell is: the first of several locked ones; the last solution, as in a kernel."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = released.name_of(cell)
        if name and (name not in places or released.is_solution(name)):
            places[name] = place
    return places


def back_in_place(cell: NotebookNode, released: Released, name: str) -> NotebookNode:
    """A locked cell as released; a solution cell with the student's text."""
    original = released.cells[name]
    if released.is_solution(name):
        return v4.new_code_cell(source=cell.source, metadata=original.metadata, id=original.id)
    return original
