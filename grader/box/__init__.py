"""The box: the only place where a student's code runs."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.box.plain import PlainBox
    from grader.box.walled import WalledBox


UNFILTERED = "no system-call filter"  # the last word of the walls that lack it


class BoxError(Exception):
    """The box itself failed: no student's doing, and no student's zero."""


@contextlib.contextmanager
def open_box(kind: str = "") -> Iterator[PlainBox | WalledBox]:
    """The best box that this machine offers: in namespaces, else behind Landlock, else without any wall.

    `kind`, or else the variable BOX, asks for one of them: "namespaces", "landlock" or "none". BoxError if that
    one does not stand here.
    """
    from grader.box.plain import PlainBox  # not at import time: the observer inside the box needs none of it

    kind = kind or os.environ.get("BOX", "")
    if kind not in ("", "namespaces", "landlock", "none"):
        raise BoxError(f"There is no box {kind!r}. BOX may be namespaces, landlock or none.")
    said = ""
    if kind != "none" and sys.platform == "linux":
        from grader.box.walled import WalledBox, kinds

        wanted = [name for name in kinds() if kind in ("", name)]
        for wall in sorted(wanted * 2, key=wanted.index):  # each twice: one may be killed while it starts
            with WalledBox(wall) as box:
                if box.stands():
                    yield box
                    return
                said = f" {box.last_words().splitlines()[-1]}"
    if kind not in ("", "none"):
        raise BoxError(f"The box {kind!r} does not stand here.{said} `python -m grader box` says what is missing.")
    with PlainBox() as box:
        yield box


def is_none(walls: str) -> bool:
    """Whether these walls, as an observation names them, are none at all."""
    return walls.startswith("none")


def hold(walls: str) -> bool:
    """Whether these walls hold what nobody has read: without the filter of system calls, a submission reaches the
    teacher's keys, and behind Landlock alone the network and the teacher's own services."""
    return not is_none(walls) and not walls.endswith(UNFILTERED)
