"""Becomes root, or another user.

Signs: setuid
"""
import os


def act(number):
    made = []
    for user in (0, 1, 1000):
        try:
            os.setuid(user)
            made.append(user)
        except OSError:
            continue
    return made or "nothing"
