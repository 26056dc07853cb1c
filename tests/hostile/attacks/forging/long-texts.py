"""Returns many long texts: no fact is that long.

Seen: killed killed killed
"""


def act(number):
    return ["x" * 10_000] * 50_000
