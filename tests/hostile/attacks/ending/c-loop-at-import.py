"""Loops in C code while it is loaded.

Loading: timeout
"""


def act(number):
    return "nothing"


sum(range(10**12))
