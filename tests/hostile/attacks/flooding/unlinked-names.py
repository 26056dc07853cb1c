"""Fills files that live in memory alone, under names in which the row of a small file stands behind a form feed.

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
        with open("small", "w"):
            small = os.stat("small")
        row = f"1 2 3 {os.major(small.st_dev):x}:{os.minor(small.st_dev):x} {small.st_ino} x"
        for name in [f"{count}\x0c{row}" for count in range(40)]:
            with open(name, "w+b") as file:
                try:
                    for _ in range(20):
                        file.write(b"x" * (SIZE // 20))
                    file.flush()
                except OSError:
                    continue
                finally:
                    os.unlink(name)
                page = ctypes.c_size_t(mmap.PAGESIZE)
                ctypes.CDLL(None).mmap(None, page, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
        time.sleep(1)
    return "nothing"
