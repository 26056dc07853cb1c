"""Loops in a function.

Seen: facts timeout facts
"""


def act(number):
    while number == 2:
        pass
    return "nothing"
