"""Fills the memory while it is loaded; the error costs its statement, as any other.

Skipped: MemoryError
"""


def act(number):
    return "nothing"


kept = bytearray(10**11)
