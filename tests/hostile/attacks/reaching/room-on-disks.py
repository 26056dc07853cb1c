"""Asks how full the machine's file systems are by their numbers: a neighbour's own fills as the neighbour likes.

Signs: ctypes
"""
import ctypes
import os

USTAT = 136  # x86-64 alone has it; elsewhere this number is refused or another harmless call's


def act(number):
    if os.uname().machine != "x86_64":
        return "nothing"
    told = ctypes.create_string_buffer(64)
    libc = ctypes.CDLL(None, use_errno=True)
    return [device for device in range(256) if libc.syscall(USTAT, ctypes.c_long(device), told) == 0] or "nothing"
