"""Leaves something to be done at the end of the process.

Signs: atexit
"""
import atexit
import os


def late():
    for descriptor in range(1, 300):
        try:
            os.write(descriptor, b'{"scenario": "third", "seen": {"facts": {"got": "forged"}}}\n')
        except OSError:
            continue


atexit.register(late)


def act(number):
    atexit.register(late)
    return "nothing"
