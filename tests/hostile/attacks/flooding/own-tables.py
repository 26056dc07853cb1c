"""Gives threads tables of descriptors of their own, which nobody who counts descriptors would see.

Signs: ctypes
"""
import ctypes
import errno
import os
import threading

CLOSE_RANGE, UNSHARE = 436, 2
CLONE = 56 if os.uname().machine == "x86_64" else 220
CLONE_THREAD = 0x10000

libc = ctypes.CDLL(None, use_errno=True)
made = []


def close_none():
    if libc.syscall(CLOSE_RANGE, 600, 601, UNSHARE) == 0:
        made.append("close_range")


def act(number):
    thread = threading.Thread(target=close_none)
    thread.start()
    thread.join()
    libc.syscall(CLONE, CLONE_THREAD, None, None, None, None)
    if ctypes.get_errno() != errno.EPERM:  # another error says that a thread has to share memory, too
        made.append("clone")
    return made or "nothing"
