"""Makes System V shared memory, which outlives its maker.

Signs: ctypes
"""
import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def act(number):
    return "nothing" if libc.shmget(4711, 4096, 0o1666) < 0 else "made"
