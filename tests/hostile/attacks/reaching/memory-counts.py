"""Reads how much memory the machine has left, and shares: a neighbour's files in memory count to it.

Signs: calls the system past Python
"""
import ctypes

libc = ctypes.CDLL(None)


def act(number):
    told = ctypes.create_string_buffer(200)
    return told.raw if libc.sysinfo(told) == 0 else "nothing"
