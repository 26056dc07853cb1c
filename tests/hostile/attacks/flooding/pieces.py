"""Has its memory in many pieces and forks a line of processes: the kernel's account of them is no process's memory.

Seen: facts killed facts
Signs: os.fork
"""
import ctypes
import mmap
import os
import time

PAGE = mmap.PAGESIZE
PIECES, DEPTH = 50_000, 6

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]


def act(number):
    if number != 2:
        return "nothing"
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    start = libc.mmap(None, ctypes.c_size_t(2 * PIECES * PAGE), mmap.PROT_READ | mmap.PROT_WRITE, flags, -1, 0)
    for piece in range(PIECES):
        libc.munmap(start + (2 * piece + 1) * PAGE, PAGE)
        ctypes.memset(start + 2 * piece * PAGE, 1, 1)
    for _ in range(DEPTH):
        if os.fork():
            break
    time.sleep(4)
    return "held"
