"""Asks for pages that nobody counts: huge ones, of which all stays where all but a byte was let go, those of a pool
that the machine set aside, and pages that are out at once. And for memory that is filled at once, by a kernel that
hears of no stop meanwhile.

Seen: facts facts facts
"""
import ctypes
import mmap

SET, GET = 41, 42  # whether there are huge pages
HUGETLB = 0x40000
POPULATE = 0x8000
ADVICE = (20, 21, 25, 22, 23)  # cold, page out, collapse; fill to read and to write
EPERM = 1


def act(number):
    prctl = ctypes.CDLL(None).prctl
    refused = [prctl(SET, 0, 0, 0, 0) == -1, prctl(GET, 0, 0, 0, 0) == 1]
    memory = mmap.mmap(-1, 1 << 22, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    calls = [lambda advice=advice: memory.madvise(advice) for advice in ADVICE]
    for flag in (HUGETLB, POPULATE):
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | flag
        calls.append(lambda flags=flags: mmap.mmap(-1, 1 << 22, flags=flags))
    for call in calls:
        try:
            call()
        except OSError as error:
            refused.append(error.errno == EPERM)
        else:
            refused.append(False)
    return "nothing" if all(refused) else refused
