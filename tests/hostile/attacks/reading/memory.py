"""Searches its own memory, freed parts included, for another student's text.

Seen: facts facts facts | error facts facts
Signs: /proc
"""
import re

MARK = re.compile(b"the neighbour's [o]wn idea")


def act(number):
    if number > 1:
        return "nothing"
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            bounds, rights, *rest = line.split()
            if not rights.startswith("rw") or "/" in line:
                continue
            start, end = (int(bound, 16) for bound in bounds.split("-"))
            try:
                memory.seek(start)
                found += len(MARK.findall(memory.read(end - start)))
            except (OSError, ValueError, OverflowError):
                continue
    return found or "nothing"
