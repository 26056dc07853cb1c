"""Inside the box: which modules are new."""

from __future__ import annotations

import sys
from itertools import islice


class Imported:
    """The names of all modules that are there.

    Whoever goes through all counts a reference to each, and in a fork so copies the memory that they lie in, which
    takes 7 ms. Those that are new stand last, and it is only if others are gone that all are gone through.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.count = 0

    def new(self) -> list[str]:
        """Those that have come since this was last asked."""
        count = len(sys.modules)
        more = max(count - self.count, 0)
        latest = last_imported(more + 1)
        new, before = latest[:more][::-1], latest[more:]
        if count < self.count or not self.names.isdisjoint(new) or not self.names.issuperset(before):
            now = [*sys.modules]
            new = [name for name in now if name not in self.names]
            self.names, self.count = {*now}, len(now)
        else:
            self.names.update(new)
            self.count = count
        return new


def last_imported(count: int) -> list[str]:
    """The names of the modules that came last, the very last one first."""
    try:
        return [*islice(reversed(sys.modules), count)]
    except RuntimeError:  # a thread imported meanwhile
        return [*sys.modules][: -count - 1 : -1]


imported = Imported()  # asked by the warm process before each fork, so that no fork has to go through them
