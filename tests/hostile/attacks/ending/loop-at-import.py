"""Loops while it is loaded: that statement is skipped.

Skipped: timeout
"""


def act(number):
    return "nothing"


while True:
    pass
