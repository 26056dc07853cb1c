"""Text of a student's making, made safe to stand in a page or on a terminal."""

from __future__ import annotations

import html
import re

LINK = re.compile(r"(?<=!)(?=\[)|(?<=\])(?=[\[(:])")  # where Markdown would begin an image, or go on with a link
# What makes a link of an address, without any sign of Markdown's, or with one that it takes away. Some look for
# addresses after Markdown, as VS Code's preview does.
ADDRESS = re.compile(r"(?<=/) \\* / (?=\S) | (?<=www) \\* \. | (?<=\S) @", re.VERBOSE | re.IGNORECASE)
FENCE = re.compile("(?=~~~|```)")  # where code would begin, on a line of which nothing is shown
# Where a page would begin a formula, or refer to one. Jupyter looks for them after Markdown, so that no sign before
# one helps: it is spelled out.
FORMULA = re.compile(r"\$ | \\(?=[(\[] | (?:begin|ref|eqref)(?![a-zA-Z]))", re.VERBOSE)


def one_line(text: str) -> str:
    """A text on one line: what cannot be printed is spelled out, and nothing of it is HTML, a fence, a link, an
    image, or a formula, which may hold both.

    An image is fetched as soon as a page is looked at: its address could carry hidden inputs away, and that of a
    link with one click. Who reads any word with a dot in it as a link still has one in `mcc.py`.
    """
    without = ADDRESS.sub(spelled, FORMULA.sub(spelled, printable(text)))
    return LINK.sub(r"\\", FENCE.sub(r"\\", html.escape(without, quote=False)))


def spelled(found: re.Match[str]) -> str:
    """What was found, by its numbers."""
    return "".join(f"\\x{ord(letter):02x}" for letter in found[0])


def printable(text: str, kept: str = "") -> str:
    """A text in which what cannot be printed is spelled out, but for the characters that are kept."""
    return "".join(c if c.isprintable() or c in kept else c.encode("unicode_escape").decode() for c in text)
