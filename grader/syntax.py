"""Python's parser, for programs that this process reads and never runs."""

from __future__ import annotations

import ast
import threading

_one = threading.Lock()  # up to Python 3.11.7 a thread in the parser can fail another's: python/cpython#106905


def parse(text: str) -> ast.Module:
    """The syntax tree of a program, one thread at a time. SyntaxError if it is none."""
    with _one:
        return ast.parse(text)
