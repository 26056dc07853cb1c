"""Fills files that have no name and no descriptor any more, and of which one page is in memory.

Seen: facts facts any
Signs: calls the system past Python
"""
import ctypes
import mmap
import os
import time

SIZE = 30_000_000


def where():
    """Where files may be written: behind Landlock alone not in the folder that all share."""
    try:
        os.listdir("/dev/shm")
    except PermissionError:
        return "file"
    return ("file", "/dev/shm")


def act(number):
    if number == 3:
        for place in ["file", "/dev/shm/sem.mp-file"] * 35:
            if not place.startswith(where()):
                continue
            with open(place, "w+b") as file:
                try:
                    for _ in range(20):
                        file.write(b"x" * (SIZE // 20))
                    file.flush()
                except OSError:
                    continue
                finally:
                    os.unlink(place)
                page = ctypes.c_size_t(mmap.PAGESIZE)
                ctypes.CDLL(None).mmap(None, page, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
        time.sleep(1)
    return "nothing"
