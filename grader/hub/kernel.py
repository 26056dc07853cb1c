"""`check("ex3")` in a notebook: judges what was run in this kernel, and shows the table of `make check`.

The input history of IPython is the submission, so nothing has to be saved, and it works wherever a kernel does:
JupyterLab, Colab, VS Code. The code is run anew in the box, as everywhere. The rows of one exercise share one run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from IPython import get_ipython
from rich.console import Console

from grader.box import open_box
from grader.checking import Report, report_on
from grader.exercise import Check, Exercise, ExerciseError, exercise
from grader.hub import WIDTH
from grader.report.terminal import show as show_reports
from grader.submission import Source
from grader.submission.beside import beside
from grader.submission.disk import listing
from grader.submission.magics import neutralised
from grader.submission.notebook import asks_for_checks
from grader.submission.source import UnreadableError

NAME = "this notebook"
BEGIN = "Not started yet. Write your code into its cell above, run that cell, and then this one again."
HIDDEN = (
    "{id} is hidden: it is checked when your work is graded.\n"
    "nbgrader's Validate button passes this cell without a look at your code."
)
NOT_HERE = (
    "{id} was to be autograded, but nbgrader runs without the kit's plug-in, and without it no points can be told. "
    "Copy grader/hub/nbgrader_config.py into the course and autograde again."
)

_last: dict[str, tuple[tuple[str, ...], Report]] = {}  # by exercise: the cells that were judged, and the report


class NoPlugInError(Exception):
    """nbgrader was told to grade without the kit: a cell that ends well would earn full points unseen."""


def show(name: str, row: str = "") -> float | None:
    """Show the report on what was run in this kernel; of a visible row, also return the points earned so far."""
    shell = get_ipython()
    if shell is None:
        return None
    item = exercise(name)
    check = row_of(item, row) if row else None
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        raise NoPlugInError(NOT_HERE.format(id=check.id if check else name))
    if check and not check.visible:
        print(HIDDEN.format(id=check.id))
        return None
    report = report_of(item, shell.history_manager.input_hist_raw[1:])  # the first input is number 1
    with Console(width=WIDTH) as console:  # one output, not one for each line
        show_reports([report], console, BEGIN)
    if check is None:
        return None
    return sum((verdict.earned for verdict in report.verdicts if verdict.check == check), 0.0)


def row_of(item: Exercise, row: str) -> Check:
    """The rubric's row of this name; ExerciseError lists the ones there are."""
    known = {check.id.partition(".")[2]: check for check in item.checks}
    if row not in known:
        raise ExerciseError(f"{item.id} has no row {row!r}. Choose one of: {', '.join(known)}.")
    return known[row]


def report_of(item: Exercise, inputs: Sequence[str]) -> Report:
    """The report on these inputs; the last one again if nothing but the kit's own cells was run since."""
    cells = tuple("" if asks_for_checks(cell) else cell for cell in inputs)
    done = tuple(filter(None, cells))
    if item.id not in _last or _last[item.id][0] != done:
        with open_box() as box:
            _last[item.id] = done, report_on(source(cells, item.id), item, box)
    return _last[item.id][1]


def source(cells: Sequence[str], exercise: str) -> Source:
    """The cells as a submission, with the student's own files beside the notebook."""
    folder = Path.cwd()
    try:
        files, _ = beside(folder, listing(folder), NAME, set(), exercise)
    except UnreadableError:  # a folder with too much in it; most exercises need nothing of it
        files = {}
    return Source(NAME, script=False, cells=tuple(map(neutralised, cells)), files=files, notes=())
