"""Asks for input while it is loaded.

Skipped: EOFError
"""


def act(number):
    return "nothing"


name = input("name? ")
