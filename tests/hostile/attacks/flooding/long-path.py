"""Holds open what has a longer path than the kernel tells.

Seen: facts facts facts
"""
import os
import time


def act(number):
    if number == 2:
        for _ in range(25):
            os.mkdir("a" * 200)
            os.chdir("a" * 200)
        kept = [os.open(".", os.O_RDONLY), os.open("file", os.O_RDWR | os.O_CREAT)]
        time.sleep(1)
        return "nothing" * len(kept[:1])
    return "nothing"
