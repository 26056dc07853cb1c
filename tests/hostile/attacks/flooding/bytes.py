"""Fills the memory with bytes.

Seen: facts killed facts | facts timeout facts
"""


def act(number):
    kept = []
    while number == 2:
        kept.append(bytearray(200_000_000))
    return "nothing"
