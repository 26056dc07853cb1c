"""Fills files that have no name any more.

Seen: facts facts any
"""
import os
import time

files = []


def act(number):
    if number == 3:
        for _ in range(40):
            files.append(open("file", "wb"))
            os.unlink("file")
            try:
                for _ in range(3):
                    files[-1].write(b"x" * 10_000_000)
            except OSError:
                continue
        time.sleep(1)
    return "nothing"
