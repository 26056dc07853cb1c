"""A box that stands, or a test that is skipped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.box.walled import WalledBox


@contextmanager
def standing(kind: str) -> Iterator[WalledBox]:
    """A box behind walls of a kind; without such walls the test is skipped, and says what the box said last."""
    with WalledBox(kind) as box:
        if not box.stands():
            pytest.skip(f"There are no such walls here: {kind}. {box.last_words().splitlines()[-1]}")
        yield box
