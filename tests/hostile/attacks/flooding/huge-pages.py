"""Asks for huge pages: of one that is let go but for a byte, all of it stays, and a byte counts.

Seen: facts facts facts
"""
import ctypes

SET, GET = 41, 42


def act(number):
    prctl = ctypes.CDLL(None).prctl
    refused = prctl(SET, 0, 0, 0, 0) == -1
    return "nothing" if refused and prctl(GET, 0, 0, 0, 0) == 1 else "huge pages"
