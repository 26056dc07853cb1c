"""Inside the box: which modules are new."""

from __future__ import annotations

import sys
from itertools import takewhile


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
        last = [*takewhile(lambda name: name not in self.names, reversed(sys.modules))]
        if len(sys.modules) == self.count + len(last):
            new = last[::-1]
            self.names.update(new)
        else:
            now = [*sys.modules]
            new = [name for name in now if name not in self.names]
            self.names = {*now}
        self.count = len(sys.modules)
        return new


imported = Imported()  # asked by the warm process before each fork, so that no fork has to go through them
