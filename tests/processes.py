"""Which processes come from which, as Linux shows them."""

from __future__ import annotations

from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that one has made or adopted, oldest first; none if it has gone."""
    found: list[int] = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, listing.read_text().split())
        except OSError:  # it ended while it was looked at
            continue
    return found


def descendants(pid: int) -> list[int]:
    """All processes that come from one, nearest first."""
    found = children(pid)
    return found + [below for child in found for below in descendants(child)]
