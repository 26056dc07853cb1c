"""Loops in C code that holds the interpreter's lock.

Seen: facts timeout facts
"""


def act(number):
    if number == 2:
        sum(range(10**12))
    return "nothing"
