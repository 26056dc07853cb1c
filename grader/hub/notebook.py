"""One notebook for each exercise, made of its sheet, stub, reference and rubric, and never kept by hand.

Locked text, one solution cell for each definition of the stub, one locked test cell for each row of the rubric; the
metadata are nbgrader's, schema 3. The version for teachers holds the reference between nbgrader's marks, so that
`nbgrader generate_assignment` takes it out and the stub remains.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from grader.exercise import Check, Exercise
from grader.hub import WIDTH
from grader.syntax import parse

SCHEMA = 3
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}

WRITE = """## Your code

Write each part into its cell and run the cells from the top. You may add cells of your own. Do not put an answer
into a locked cell: it is set back when your work is graded.
"""
CHECK = """## Check your work

Run your cells first, and then any cell below. It takes what you ran in this notebook and shows how far you are. The
number after the table is the points of that one row. Write, run your cell, run the check, and repeat.
"""
HIDDEN = """## Hidden checks

These rows are checked when your work is graded. What each one is about stands in its cell.
"""


def notebook(exercise: Exercise, solved: str = "") -> NotebookNode:
    """The notebook of an exercise; with the text of a solution, the version for teachers."""
    cells = [
        *text_cells(exercise),
        locked(f"{exercise.id}_write", WRITE),
        *code_cells(exercise, solved),
        locked(f"{exercise.id}_check", CHECK),
        *(test_cell(exercise, check) for check in exercise.checks if check.visible),
        locked(f"{exercise.id}_hidden", HIDDEN),
        *(test_cell(exercise, check) for check in exercise.checks if not check.visible),
    ]
    made = v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.validate(made)
    return made


def grade_id(check: Check) -> str:
    """How nbgrader calls a row of the rubric: "ex3.micro-batches" is "ex3_micro_batches"."""
    return re.sub(r"[.-]", "_", check.id)


def text_cells(exercise: Exercise) -> Iterator[NotebookNode]:
    """The sheet, a cell for each part; how to check on a laptop is another matter."""
    parts = re.split(r"^(?=## )", exercise.sheet, flags=re.MULTILINE)
    for number, part in enumerate(part for part in parts if not part.startswith("## How to check")):
        yield locked(f"{exercise.id}_sheet_{number}", part)


def code_cells(exercise: Exercise, solved: str) -> Iterator[NotebookNode]:
    """The stub: what it imports, and then one solution cell for each definition."""
    top, stub = parts(exercise.stub.text, exercise.stub.names)
    yield cell("code", f"{exercise.id}_imports", top, locked=True)
    rest, answers = parts(solved, exercise.stub.names)
    for name in exercise.stub.names:
        answer = answers.get(name, "")
        region = f"\n\n{BEGIN}\n{rest}\n\n\n{answer}\n{END}" if answer else ""
        yield cell("code", f"{exercise.id}_solution_{name}", stub[name] + region, solution=True)
        rest = ""  # what a solution needs beside its definitions stands before the first one


def parts(program: str, names: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """A program taken apart: all but its docstring and the definitions of these names, and each of those."""
    lines = program.splitlines()
    rest: list[str] = []
    found: dict[str, str] = {}
    end = 0
    for node in parse(program).body:
        text = "\n".join(lines[end : node.end_lineno])
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names:
            found[node.name] = text.strip("\n")
        elif not is_docstring(node):
            rest.append(text)
        end = node.end_lineno or end
    return "\n".join(rest).strip("\n"), found


def is_docstring(node: ast.stmt) -> bool:
    """Whether a statement is a text alone."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_cell(exercise: Exercise, check: Check) -> NotebookNode:
    """The locked cell of a row: points, what it is about, and the call that shows it. Nothing of the check."""
    row = check.id.partition(".")[2]
    hidden = "" if check.visible else ", hidden"
    text = f"{check.id}, {check.points:g} points{hidden}: {check.meaning}"
    comment = textwrap.fill(text, WIDTH, initial_indent="# ", subsequent_indent="# ")
    call = f'from grader import check\n\ncheck("{exercise.id}", "{row}")'
    return cell("code", grade_id(check), f"{comment}\n{call}", points=check.points, locked=True)


def locked(name: str, text: str) -> NotebookNode:
    """A text that is not to be changed."""
    return cell("markdown", name, text, locked=True)


def cell(
    kind: str, name: str, text: str, *, points: float | None = None, solution: bool = False, locked: bool = False
) -> NotebookNode:
    """A cell with nbgrader's metadata; `points` make it a test."""
    metadata: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": locked,
        "schema_version": SCHEMA,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        metadata["points"] = points
    make = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    made: NotebookNode = make(source=text.strip(), metadata={"nbgrader": metadata})
    made["id"] = re.sub(r"[^a-zA-Z0-9_-]", "-", name)[:64]  # not drawn by chance: the same sources, the same bytes
    return made
