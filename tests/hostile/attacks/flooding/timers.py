"""Makes timers without end; all that a user has share one limit, and the signal of one may wake who was stopped.

Signs: calls the system past Python
"""
import ctypes


def act(number):
    libc = ctypes.CDLL(None, use_errno=True)
    made = 0
    while made < 5000 and libc.timer_create(0, None, ctypes.byref(ctypes.c_void_p())) == 0:
        made += 1
    return made or "nothing"
