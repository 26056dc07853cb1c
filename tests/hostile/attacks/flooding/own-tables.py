"""Gives threads descriptors, or a folder to work in, of their own, which nobody who counts those of a process sees.

Signs: ctypes
"""
import ctypes
import errno
import os
import threading

CLOSE_RANGE, UNSHARE = 436, 2
CLONE = 56 if os.uname().machine == "x86_64" else 220
CLONE_FS, CLONE_FILES, CLONE_THREAD = 0x200, 0x400, 0x10000

libc = ctypes.CDLL(None, use_errno=True)
made = []


def close_none():
    if libc.syscall(CLOSE_RANGE, 600, 601, UNSHARE) == 0:
        made.append("close_range")


def act(number):
    thread = threading.Thread(target=close_none)
    thread.start()
    thread.join()
    for kept in (0, CLONE_FS, CLONE_FILES):
        libc.syscall(CLONE, CLONE_THREAD | kept, None, None, None, None)
        if ctypes.get_errno() != errno.EPERM:  # another error says that a thread has to share memory, too
            made.append(f"clone {kept}")
    return made or "nothing"
