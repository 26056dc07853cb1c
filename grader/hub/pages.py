"""nbgrader's formgrader, in whose pages every name and address is text.

nbgrader 0.9 writes what stands in a page's address into the page as it is, between tags and into scripts: a link
could run a program with the rights of whoever opens it, who may change every mark.
"""

from __future__ import annotations

import sys
from functools import partial

from jinja2 import Environment

FORMGRADER = "nbgrader.server_extensions.formgrader.formgrader"
# An apostrophe stays: nothing stands between two, and a script that looks for O'Brien needs it as it is.
SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\\": "&#92;"})


def escape() -> None:
    """Have the formgrader of this process make its pages so, if there is one. It must not have begun yet."""
    if formgrader := sys.modules.get(FORMGRADER):
        formgrader.Environment = partial(Environment, finalize=text)  # type: ignore[attr-defined]


def text(value: object) -> object:
    """What is written into a page, without a sign that ends a text there."""
    return value.translate(SIGNS) if isinstance(value, str) else value
