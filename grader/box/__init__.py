"""The box: the only place where a student's code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.box.plain import PlainBox


def open_box() -> PlainBox:
    """The best box that this machine offers; use it in a `with` block."""
    from grader.box.plain import PlainBox  # not at import time: the observer inside the box needs none of it

    return PlainBox()
