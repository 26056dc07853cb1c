"""Maps memory and touches it, in several processes at once.

Seen: facts killed facts | facts timeout facts
Signs: os.fork
"""
import mmap
import os
import time


def act(number):
    if number == 2:
        for _ in range(3):
            os.fork()
        kept = []
        while len(kept) < 10:
            kept.append(mmap.mmap(-1, 200_000_000, flags=mmap.MAP_PRIVATE))
            for page in range(0, 200_000_000, 4096):
                kept[-1][page] = 1
        time.sleep(30)
    return "nothing"
