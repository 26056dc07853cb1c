"""Notebook lines that are no Python (`%magic`, `!shell`, `help?`) are made to do nothing.

A scanner of lines that knows strings, comments, brackets and continued lines, and nothing else of Python.
Python's parser can be brought down by nesting, and its tokenizer stops at the first quote in `!echo it's`;
here such a line is never looked into. None of these marks can begin a statement of Python, so as long as the
scanner finds where statements begin, right code is not changed.
"""

from __future__ import annotations

import re

# Cell magics that run the rest of the cell as Python; any other hands it to something else.
_RUNS_PYTHON = {"%%time", "%%timeit", "%%capture", "%%prun", "%%memit"}
_CELL_MAGIC = re.compile(r"\s*(%%\w*)")
# Names that later cells may use.
_DEFINES = re.compile(
    r"^[ \t]*(%(?:run\b|pylab\b|load\b|time(?=[ \t]++(?:from\s|import\s|[\w, ]++=[^=]))))", re.MULTILINE
)
# What stands in (?>...) or before ++ keeps what it took, so that a line of a million blanks takes no longer than
# another. Groups are not quantified with ++: up to Python 3.11.4 that gives back half of an alternative.
_NO_PYTHON = re.compile(
    r"""\s*+(?:
        [%!?,;/]                                           # %magic  !shell  ?help  ,quoted call
      | (?>(?: [^=\#'"!%<>] | '[^'=\\]*' | "[^"=\\]*" )+)  # files = !ls   t["a"] = %timeit -o f()
        = \s*+ (?: ! | % [^\W\d] )
      | [*\w.\[\]-]++ \?\??\s*$                          # help?
      | (?:pip3?|conda|mamba)\s+                           # IPython takes these without a mark
        (?:install|uninstall|list|show|freeze|update)\b
    )""",
    re.VERBOSE,
)
_BEGINNING = 1000  # characters of a line that tell: a pattern keeps a note of each that it may have to give back
# What was copied from a session of Python's or IPython's begins with, and goes on with.
_PROMPT = re.compile(r"[ \t]*+(?:>>>|(?:\[(?:nav|ins)\] )?In \[\d+\]:) ?")
_GOES_ON = re.compile(r"[ \t]*+\.{3,}+:?(?: |$)")
_CODE = re.compile(r"""\#|'{3}|"{3}|['"]|[()\[\]{}]+""")
_INSIDE = {quote: re.compile(rf"\\.|{quote}") for quote in ("'", '"', "'''", '"""')}


def neutralised(cell: str) -> str:
    """The cell as Python, of as many lines; a line that is none becomes `pass`, so that a block stays one."""
    lines = cell.split("\n")
    if takes_away(cell):
        return "\n" * (len(lines) - 1)
    return "\n".join(_python_lines(_without_common_indent(lines)))


def takes_away(cell: str) -> str:
    """The cell magic that hands a cell to something else than Python, as "%%bash"; empty where there is none."""
    lines = (line for line in cell.split("\n") if line.strip() and not line.lstrip().startswith("#"))
    magic = _CELL_MAGIC.match(next(lines, ""))
    return magic[1] if magic and magic[1] not in _RUNS_PYTHON else ""


def left_out(cell: str, python: str) -> list[str]:
    """The magics of single lines that would define names, as "%run", and that do nothing in the cell as Python."""
    if not _DEFINES.search(cell):
        return []
    lines = zip(_without_common_indent(cell.split("\n")), python.split("\n"), strict=True)
    dropped = [line for line, left in lines if line != left]
    return [magic[1] for line in dropped if (magic := _DEFINES.match(line))]


def _without_common_indent(lines: list[str]) -> list[str]:
    """As IPython does: the indent of the first line is taken off each line that has it."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines]


def _python_lines(lines: list[str]) -> list[str]:
    python: list[str] = []
    quote, depth, continued, dropping, prompted = "", 0, False, False, False
    for whole in lines:
        begins = None if quote or depth or continued else _PROMPT.match(whole)
        prompt = begins or (_GOES_ON.match(whole) if prompted else None)
        line = whole[prompt.end() :] if prompt else whole
        prompted = bool(prompt)
        if dropping or (not (quote or depth or continued) and _NO_PYTHON.match(line, 0, _BEGINNING)):
            indent = line[: len(line) - len(line.lstrip())]
            python.append("" if dropping else f"{indent}pass")
            dropping = line.endswith("\\")
        else:
            python.append(line)
            quote, depth, continued = _scanned(line, quote, depth)
    return python


def _scanned(line: str, quote: str, depth: int) -> tuple[str, int, bool]:
    """What is open after a line: the quote of a string, the number of brackets, a backslash at the end."""
    position = 0
    while token := (_INSIDE[quote] if quote else _CODE).search(line, position):
        position = token.end()
        mark = token[0]
        if quote:
            quote = "" if mark == quote else quote
        elif mark == "#":
            return "", depth, False
        elif mark in _INSIDE:
            quote = mark
        else:
            for bracket in mark:
                depth = depth + 1 if bracket in "([{" else max(depth - 1, 0)
    continued = line.endswith("\\")
    return quote if len(quote) == 3 or continued else "", depth, continued
