"""nbgrader's autograding, with the kit as its judge. `nbgrader_config.py` beside this file puts it in its place.

    Submitted    reads whatever was handed in as a notebook that can be shown, and has everybody graded in the box
    Rebuild      puts every cell of the release back where it belongs, so that all later steps find what they need
    WriteGrades  gives each test cell its message and one number, which nbgrader's own SaveAutoGrades takes down

nbgrader gives full points to a test cell that shows no number, so a cell is written whole or nothing is: what
cannot be graded raises, nbgrader reports it, and the gradebook says that somebody has to look at it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor

from grader import record
from grader.exercise import Exercise, exercise
from grader.hub import WIDTH
from grader.hub.grading import Graded, GradingError, graded
from grader.hub.notebook import METADATA, grade_id, notebook
from grader.hub.rebuild import Released, rebuilt
from grader.report.plain import printable
from grader.results import CheckResult, ExerciseResult
from grader.submission import Source
from grader.submission.disk import read_bytes
from grader.submission.notebook import all_cells, source
from grader.submission.source import UnreadableError
from grader.submission.text import decode

SHOWN = 1000  # cells of what was handed in: nbgrader takes its time for each, one notebook after another
UNREAD = "What was handed in could not be read as a notebook. The first check says why."
Resources = dict[str, Any]


class Submitted(NotebookExporter):
    """Reads submissions in any state; asks the kit once for the results of all that are autograded together."""

    def from_filename(
        self, filename: str, resources: Resources | None = None, **more: Any
    ) -> tuple[str, Resources]:
        """The notebook that nbgrader asks for; of one that was handed in, all that can be shown. Nothing is opened
        here: where a notebook should be there may be a folder, or what nobody may read."""
        path = Path(filename)
        if resources and path.parent == self.folder(resources["nbgrader"]["student"]) / self.exercise.id:
            with suppress(MissingEntry):  # the first work of a student has no grade yet
                leave_to_a_person(resources["nbgrader"])  # should nobody come to the end of what begins here
            resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
            shown = presentable(path, self.exercise)
            return self.from_notebook_node(shown, resources=resources, **more)  # type: ignore[no-any-return]
        return super().from_filename(filename, resources=resources, **more)  # type: ignore[no-any-return]

    @property
    def coursedir(self) -> Any:
        """nbgrader's CourseDirectory."""
        return self.parent.coursedir

    @cached_property
    def exercise(self) -> Exercise:
        """The exercise that is autograded. ExerciseError if the assignment is none of the kit's."""
        return exercise(self.coursedir.assignment_id)

    def folder(self, student: str) -> Path:
        """The folder of all that a student handed in."""
        name = self.exercise.id
        path = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, name))
        if path.name != name or path.parent.name != student:
            raise GradingError(
                "CourseDirectory.directory_structure must be nbgrader's own: step, student, assignment."
            )
        return path.parent

    @cached_property
    def graded(self) -> Graded:
        """Everybody whom nbgrader is about to autograde, graded side by side."""
        folders = sorted({Path(place).parent for place in self.parent.assignments})
        return graded(self.exercise, folders, Path(self.coursedir.root) / "graded" / self.exercise.id)


class Rebuild(NbGraderPreprocessor):
    """Puts the cells of the release back: first of all steps, since nbgrader's own stumble over damaged ones."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The notebook with every locked cell and every test cell once, as released."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            kept = gradebook.find_notebook(names["notebook"], names["assignment"])
            released = Released.of(kept, notebook(self.parent.exercise))
        nb.cells = rebuilt(nb.cells, released)
        return nb, resources


class WriteGrades(NbGraderPreprocessor):
    """Gives each test cell what the kit found: a message, and then the points as the one result of the cell."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The notebook with an output in each test cell. Raises where there is no result to write."""
        names = resources["nbgrader"]
        try:
            result = self.parent.graded.result(names["student"])
            write_all(nb, self.parent.exercise, result)
        except BaseException:
            leave_to_a_person(names)
            raise
        return nb, resources


def presentable(path: Path, item: Exercise) -> NotebookNode:
    """What a student handed in, as a notebook to look at: the file that the kit judges, without outputs."""
    found = record.find(path.parent.parent, item)
    if isinstance(found, Source) and found.script:
        return of_cells([("code", found.cells[0], {})])
    chosen = path.parent.parent / found.path if isinstance(found, Source) else path
    try:
        text, _ = decode(read_bytes(chosen.parent, chosen.name))
        return of_cells([parts(cell) for cell in raw_cells(text)])
    except UnreadableError:
        return of_cells([("markdown", UNREAD, {})])


def raw_cells(text: str) -> list[Any]:
    """The cells of a notebook of any format, as they are written, no more of them than are shown."""
    cells = all_cells(text)
    left_out = [{"source": f"{len(cells) - SHOWN} more cells are not shown."}] if len(cells) > SHOWN else []
    return cells[:SHOWN] + left_out


def parts(cell: Mapping[str, Any]) -> tuple[str, str, Any]:
    """Kind, text and nbgrader's metadata of a cell that may lack any of them; of that, which cell it says to be."""
    metadata = cell.get("metadata")
    kept = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = kept.get("grade_id") if isinstance(kept, dict) else None
    kind = "code" if cell.get("cell_type") == "code" else "markdown"
    return kind, source(cell), {"grade_id": name} if isinstance(name, str) else None


def of_cells(cells: list[tuple[str, str, Any]]) -> NotebookNode:
    """A notebook of cells of these kinds, texts and metadata of nbgrader."""
    made = v4.new_notebook(metadata=METADATA)  # where it names no language, colouring blank lines takes minutes
    for place, (kind, text, metadata) in enumerate(cells):
        make = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
        own = {"nbgrader": metadata} if isinstance(metadata, dict) and metadata else {}
        made.cells.append(make(source=text, metadata=own, id=f"cell-{place}"))
    return made


def write_all(nb: NotebookNode, item: Exercise, result: ExerciseResult) -> None:
    """Write every test cell. GradingError if the notebook was released with another rubric than today's."""
    tests = {c.metadata.nbgrader["grade_id"]: c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade")}
    released = {name: float(cell.metadata.nbgrader["points"]) for name, cell in tests.items()}
    rubric = {grade_id(check): check.points for check in item.checks}
    if released != rubric:
        raise GradingError(
            f"{item.id} was released with other rows or points than the rubric has now. "
            f"Run `nbgrader generate_assignment {item.id} --force` with the kit of today, then autograde again."
        )
    checks = {row["id"]: row for row in result["checks"]}
    for number, check in enumerate(item.checks, 1):
        row = checks.get(check.id)
        words = row_words(row) if row else f"{result['status']}: {result['reason']}"
        notes = [f"note: {note}" for note in result["notes"]] if number == 1 else []
        points = row["earned"] if row else 0.0
        head = f"{check.id}: {points:g} of {check.points:g} points"
        write(tests[grade_id(check)], "\n".join([*notes, head, words]).strip(), points, number)


def row_words(row: CheckResult) -> str:
    """The status, message, mistake and hint of a row, each on lines that fit the page."""
    named = f"mistake: {row['misconception']}" if row["misconception"] else ""
    hint = f"hint: {row['hint']}" if row["hint"] else ""
    status = f"{row['status']}. {row['message']}".strip()
    return "\n".join(textwrap.fill(part, WIDTH, break_on_hyphens=False) for part in (status, named, hint) if part)


def write(cell: NotebookNode, words: str, points: float, number: int) -> None:
    """Let a cell show the words, and the points as its one result."""
    said = v4.new_output("stream", name="stdout", text=printable(words, kept="\n") + "\n")
    earned = v4.new_output("execute_result", data={"text/plain": str(float(points))}, execution_count=number)
    cell.execution_count = number
    cell.outputs = [said, earned]


def leave_to_a_person(names: Mapping[str, str]) -> None:
    """Take back what an earlier run may have scored: a submission that was not graded waits for a person."""
    with Gradebook(names["db_url"]) as gradebook:
        found = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
        for grade in found.grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
        gradebook.db.commit()
