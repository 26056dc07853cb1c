"""Fills files that have no name and no descriptor any more, only a place in memory.

Seen: facts facts any
Signs: calls the system past Python
"""
import ctypes
import mmap
import os
import time

SIZE = 30_000_000


def act(number):
    if number == 3:
        for _ in range(50):
            with open("file", "w+b") as file:
                os.unlink("file")
                try:
                    for _ in range(20):
                        file.write(b"x" * (SIZE // 20))
                    file.flush()
                except OSError:
                    continue
                ctypes.CDLL(None).mmap(None, ctypes.c_size_t(SIZE), mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
        time.sleep(1)
    return "nothing"
