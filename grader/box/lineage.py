"""Inside the box: what a submission's processes came with, and how many forks that came through."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

from grader.box import limits
from grader.box.processes import Moved, Share, origin, own, share, whole


class Lineage:
    """What is known, from look to look, of the forks between the first process of a child and those that live, and
    of the memory that they came with.

    For each fork the kernel keeps a link with each piece of memory that came through it, as long as that is there
    (anon_vma_chain in its mm/rmap.c): a process may have more ancestors than ever lived at a time.
    """

    def __init__(self, first: int, born: int) -> None:
        self.first, self.born = first, born
        self.forks = {first: 0}
        self.least: dict[int, int] = {}  # of each process, the bytes of its own that it had when it had fewest
        self.shares: dict[int, Share] = {}  # as they were told last

    def look(self, family: Collection[int], born: int) -> Mapping[int, int]:
        """At most how many forks lie behind each process of a family. `born` is the number of the last process that
        was made, 0 where they are not counted. Moved if one of the family has gone.

        Who has a parent in there came by one more than that. The first process, however, adopts all whose parent
        has gone: they may have come from any of the last look, by way of all that were born since. Where those are
        not counted, who is adopted stays, and between two such there are no more than there may be at a time.
        """
        parents = {pid: origin(pid)[0] for pid in family}
        adopted = {pid for pid, parent in parents.items() if parent == self.first or parent not in parents}
        passed = (born - self.born) % numbers() if born else limits.PROCESSES * len(adopted - self.forks.keys())
        furthest = max(self.forks.values()) + passed
        known = {pid: self.forks.get(pid, furthest) for pid in adopted}
        for pid in family:
            line = [pid]
            while line[-1] not in known:
                line.append(parents[line[-1]])
                if len(line) > len(family):  # in a circle: a number was given anew while they were read
                    raise Moved(pid)
            for each in reversed(line[:-1]):
                known[each] = self.forks.get(each, known[parents[each]] + 1)
        self.forks, self.born = known, born
        return known

    def memory(self, family: Collection[int], limit: int) -> int:
        """Bytes of memory that a family holds; what they share is counted in parts if it matters for a limit, which
        takes its time. Moved if one of them has gone."""
        held = {pid: whole(pid) for pid in family}
        if (most := sum(held.values())) <= limit:
            return most
        self.shares = {pid: share(pid) for pid in family if held[pid]}
        return sum(each.whole for each in self.shares.values())

    def at_least(self, family: Collection[int]) -> int:
        """At least how many bytes of memory a family holds: its parts in what all had of their own when these were
        told, and what each has by now beyond what it had then, or came with, which others may have, too. It is told
        in no time, and is true of those at work: what each has whenever it is read, twice, all have at once in
        between."""
        first, again = ({pid: own(pid) for pid in family} for _ in range(2))
        now = {pid: held for pid in family if (held := min(first[pid], again[pid]))}
        self.least = {pid: min(held, self.least.get(pid, held)) for pid, held in now.items()}
        grown = sum(now.values()) - sum(self.least.values())
        then = {pid: self.shares.get(pid, Share(0, 0, least)) for pid, least in self.least.items()}
        return max(grown, sum(max(each.part + now[pid] - each.own, 0) for pid, each in then.items()))


@lru_cache
def numbers() -> int:
    """How many numbers there are for processes; then the first are given again."""
    return int(Path("/proc/sys/kernel/pid_max").read_text())
