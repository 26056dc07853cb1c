"""Puts up walls of its own with Landlock, in thread after thread: each holds memory of the kernel's that is nobody's."""

import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
CREATE_RULESET, RESTRICT_SELF = 444, 446  # on every kind of machine
MOVES_IN_FILES = (ctypes.c_uint64 * 1)(1 << 13)


def act(number):
    made = libc.syscall(CREATE_RULESET, MOVES_IN_FILES, ctypes.sizeof(MOVES_IN_FILES), 0)
    if made >= 0:
        return "a ruleset"
    for descriptor in range(512):  # one that was left open
        libc.syscall(RESTRICT_SELF, descriptor, 0)
        if ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
            return f"a wall of {descriptor}"
    return "nothing"
