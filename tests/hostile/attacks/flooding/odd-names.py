"""Has a process that has ended and whose name looks like a row of what the kernel tells of memory, and much memory.

Seen: facts killed facts
Signs: os.fork
"""
import ctypes
import os
import time

SET_NAME = 15


def act(number):
    if number != 2:
        return "nothing"
    for name in (b"\rVmRSS:9 kB", b"\rVmRSS:x"):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(SET_NAME, name, 0, 0, 0)
            os._exit(0)
    for _ in range(2):
        os.fork()
    kept = bytearray(850_000_000)
    time.sleep(5)
    return "held" * len(kept[:1])
