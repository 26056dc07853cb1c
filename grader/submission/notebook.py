"""The code cells of a notebook, of any format since IPython 0.12.

The JSON is read as it is: of the formats, only where cells stand and how their text is called matters here.
nbformat takes 0.3 s to import, checks outputs that nobody looks at, and gives up where metadata is missing.
The tests hold this to what nbformat reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from grader.submission.source import UnreadableError
from grader.submission.text import with_unix_lines

_PARTS_LIMIT = 5_000_000  # as objects in memory, JSON of tiny parts takes twenty times its size
_ASKS = re.compile(r"|from grader import check|check\([^()]*\)")
NO_TEXT = re.compile("[\0\ud800-\udfff]")  # JSON can spell characters that a text file can't hold


def is_notebook(path: str, text: str) -> bool:
    """Whether to read a file as a notebook: by its name, or because a script's name hides one."""
    return is_called_notebook(path) or (text.lstrip().startswith("{") and '"nbformat"' in text)


def is_called_notebook(path: str) -> bool:
    """Whether a file's own name says that it is one; a folder's says nothing: an archive's may be "ex3.ipynb"."""
    return ".ipynb" in path.rpartition("/")[2].casefold()


def code_cells(text: str) -> tuple[str, ...]:
    """The code cells in order, as they were written; the kit's own test cells are empty.

    Raises UnreadableError for what is no notebook.
    """
    cells = [cell for cell in all_cells(text) if cell.get("cell_type") == "code"]
    return tuple("" if _is_kit_test(cell) else source(cell) for cell in cells)


def asks_for_checks(cell: str) -> bool:
    """Whether a cell only asks for a check. One that also defines something is the student's."""
    lines = [line.strip() for line in cell.splitlines()]
    statements = [one.strip() for line in lines if not line.startswith("#") for one in line.split(";")]
    return all(map(_ASKS.fullmatch, statements))


def all_cells(text: str) -> list[dict[str, Any]]:
    """The cells of a notebook, as its format has them. UnreadableError for what is no notebook."""
    return [cell for cell in _cells(parsed(text)) if isinstance(cell, dict)]


def parsed(text: str) -> object:
    """What is written in a notebook's JSON. UnreadableError if it is none, or has more parts than memory."""
    if sum(map(text.count, "[{,")) > _PARTS_LIMIT:
        raise UnreadableError("has outputs of too many parts. Clear the outputs, save it and hand it in again")
    try:
        found: object = json.loads(text)
    except RecursionError as error:
        raise UnreadableError("is nested too deeply to be a notebook. Save it again in Jupyter") from error
    except ValueError as error:
        place = f" after line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableError(
            f"is no whole notebook: it can't be read{place}. Open it in Jupyter, save it and hand it in again"
        ) from error
    return found


def _cells(notebook: object) -> list[Any]:
    """Format 4 has cells; formats 2 and 3 have worksheets, each with cells."""
    if isinstance(notebook, dict):
        if isinstance(cells := notebook.get("cells"), list):
            return cells
        if isinstance(sheets := notebook.get("worksheets"), list):
            inside = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
            return [cell for cells in inside if isinstance(cells, list) for cell in cells]
    raise UnreadableError("is no notebook: it has no cells. Hand it in as Jupyter or Colab saves it")


def source(cell: Mapping[str, Any]) -> str:
    """The text of a cell; empty if it has none."""
    written = cell.get("source", cell.get("input", ""))  # "input" until format 3
    pieces = written if isinstance(written, list) else [written]
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    return with_unix_lines(NO_TEXT.sub("\ufffd", text))


def _is_kit_test(cell: dict[str, Any]) -> bool:
    """nbgrader's test cells. A locked cell without points stays: it may hold the imports. And so does one with code
    of the student's own: who copies a cell in Jupyter copies what it is for nbgrader, too."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    is_test = isinstance(nbgrader, dict) and nbgrader.get("grade") is True and nbgrader.get("solution") is False
    return is_test and asks_for_checks(source(cell))
