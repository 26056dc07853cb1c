"""Text of a student's making, made safe to stand in a page or on a terminal."""

from __future__ import annotations

import html


def one_line(text: str) -> str:
    """A text on one line: what cannot be printed is spelled out, and nothing of it is HTML."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return html.escape(shown, quote=False)
