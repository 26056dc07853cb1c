"""Asks for input.

Seen: error error error
"""


def act(number):
    return input("number? ")
