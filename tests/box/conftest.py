"""Boxes that several tests look into."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.box import open_box
from grader.box.walled import WalledBox
from tests.box.runs import Box


@pytest.fixture(scope="module", params=["walled", "plain"])
def box(request: pytest.FixtureRequest) -> Iterator[Box]:
    """Each of the two ways."""
    with open_box("none" if request.param == "plain" else "") as opened:
        if request.param == "walled" and not isinstance(opened, WalledBox):
            pytest.skip("bubblewrap is not installed, or may not make namespaces here")
        yield opened


@pytest.fixture(scope="module")
def inside() -> Iterator[Box]:
    """The best way alone, for what both ways share: the plain one imports torch anew each time."""
    with open_box() as opened:
        yield opened


@pytest.fixture
def walled() -> Iterator[WalledBox]:
    """A walled box of one's own, to do harm to."""
    with open_box() as opened:
        if not isinstance(opened, WalledBox):
            pytest.skip("bubblewrap is not installed, or may not make namespaces here")
        yield opened
