"""Raises SystemExit of every kind.

Seen: error error error
"""
import sys


def act(number):
    sys.exit([None, 0, "well done", 1][number])
