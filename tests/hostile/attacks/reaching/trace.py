"""Attaches to process 1 and reads its memory.

Signs: ctypes
"""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def act(number):
    made = ["ptrace"] if libc.ptrace(16, os.getppid(), 0, 0) == 0 else []
    return made or "nothing"
