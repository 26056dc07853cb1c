"""Stops itself.

Seen: facts timeout facts
Signs: os.kill
"""
import os
import signal


def act(number):
    if number == 2:
        os.kill(os.getpid(), signal.SIGSTOP)
    return "nothing"
