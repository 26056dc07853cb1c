"""Gives files more names than there may be files.

Seen: facts facts any
"""
import os
import time


def act(number):
    if number == 3:
        os.mkdir("many")
        for count in range(30_000):
            if count % 10_000 == 0:
                open(f"file{count}", "w").close()
            try:
                os.link(f"file{count // 10_000 * 10_000}", f"many/{count}")
            except OSError:
                break
        time.sleep(2)
    return "nothing"
