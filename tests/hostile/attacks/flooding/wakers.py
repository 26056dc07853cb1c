"""Has the kernel wake a process that stands still when another one ends.

Seen: facts facts facts
Signs: os.fork
"""
import ctypes
import os
import signal
import time

GET_PDEATHSIG, SET_PDEATHSIG = 2, 1
CLONE = 56 if os.uname().machine == "x86_64" else 220


def act(number):
    libc, wakes = ctypes.CDLL(None, use_errno=True), ctypes.c_int()
    libc.prctl(SET_PDEATHSIG, signal.SIGCONT, 0, 0, 0)
    libc.prctl(GET_PDEATHSIG, ctypes.byref(wakes), 0, 0, 0)
    pid = libc.syscall(CLONE, int(signal.SIGCONT), None, None, None, None)
    if pid == 0:
        os._exit(0)
    stopped = os.fork()
    if stopped == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    os.waitpid(stopped, os.WUNTRACED)
    os.kill(stopped, signal.SIGCONT)
    time.sleep(0.3)
    woken = os.waitpid(stopped, os.WNOHANG) != (0, 0)
    os.kill(stopped, signal.SIGKILL)
    if woken:
        return "woken"
    return [wakes.value, pid] if wakes.value or pid != -1 else "nothing"
