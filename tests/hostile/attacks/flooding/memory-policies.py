"""Has the kernel keep a policy for each page of an empty file in memory, which no limit counts and the next may read.

Signs: ctypes
"""
import ctypes
import os

NUMBERS = {"x86_64": (237, 238, 239, 450), "aarch64": (235, 237, 236, 450)}  # mbind, set_, get_ and set_..._home_node


def act(number):
    libc = ctypes.CDLL(None, use_errno=True)
    made = []
    for call in NUMBERS.get(os.uname().machine, ()):
        ctypes.set_errno(0)
        if libc.syscall(call, None, ctypes.c_long(0), ctypes.c_long(0), None, ctypes.c_long(0), ctypes.c_long(0)) == 0:
            made.append(call)
        elif ctypes.get_errno() != 1:  # EPERM, from the filter
            made.append((call, ctypes.get_errno()))
    return made or "nothing"
