"""Forks as fast as it can, for four seconds.

Seen: facts any facts
Signs: os.fork
"""
import os
import time


def act(number):
    end = time.monotonic() + 4
    while number == 2 and time.monotonic() < end:
        try:
            os.fork()
        except OSError:
            continue
    return "nothing"
