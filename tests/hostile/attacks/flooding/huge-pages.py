"""Asks for pages that nobody counts: huge ones, of which all stays where all but a byte was let go, those of a pool
that the machine set aside, and pages that are out at once.

Seen: facts facts facts
"""
import ctypes
import mmap

SET, GET = 41, 42  # whether there are huge pages
HUGETLB = 0x40000
COLD, PAGEOUT, COLLAPSE = 20, 21, 25
EPERM = 1


def act(number):
    prctl = ctypes.CDLL(None).prctl
    refused = [prctl(SET, 0, 0, 0, 0) == -1, prctl(GET, 0, 0, 0, 0) == 1]
    memory = mmap.mmap(-1, 1 << 22, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    calls = [lambda advice=advice: memory.madvise(advice) for advice in (COLD, PAGEOUT, COLLAPSE)]
    for call in (*calls, lambda: mmap.mmap(-1, 1 << 22, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | HUGETLB)):
        try:
            call()
        except OSError as error:
            refused.append(error.errno == EPERM)
        else:
            refused.append(False)
    return "nothing" if all(refused) else refused
