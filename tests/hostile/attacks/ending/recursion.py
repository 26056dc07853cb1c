"""Recurses without end, the limit raised.

Seen: facts any facts
"""
import sys


def dive(number):
    return dive(number + 1)


def act(number):
    sys.setrecursionlimit(10**8)
    return dive(0) if number == 2 else "nothing"
