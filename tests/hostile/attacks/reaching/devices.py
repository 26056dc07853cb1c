"""Looks for devices beyond the harmless ones, opens files for nothing, and makes a device of its own.

Signs: calls the system past Python
"""
import ctypes
import os
import stat

HARMLESS = {"null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr", "shm", "pts", "ptmx", "core", "console", "mqueue"}


def whiteout():
    open("one", "w").close()
    if ctypes.CDLL(None).renameat2(-100, b"one", -100, b"two", 4) != 0:
        raise OSError("renameat2")


def act(number):
    tries = {
        "opened for nothing": lambda: os.open(os.__file__, os.O_ACCMODE),
        "read and emptied": lambda: os.open("own", os.O_RDONLY | os.O_CREAT | os.O_TRUNC),
        "made": lambda: os.mknod("device", stat.S_IFCHR, 0),
        "left": whiteout,
    }
    made = sorted(set(os.listdir("/dev")) - HARMLESS)
    for name, attempt in tries.items():
        try:
            attempt()
            made.append(name)
        except OSError:
            continue
    return made or "nothing"
