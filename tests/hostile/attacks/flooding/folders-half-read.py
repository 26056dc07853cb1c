"""Holds folders that were read in part, of each of which the kernel keeps some: memory that no process has.

Seen: facts killed facts
"""
import os
import time


def act(number):
    if number == 2:
        for _ in range(12):
            if os.fork() == 0:
                kept = [os.scandir(os.path.dirname(os.__file__)) for _ in range(400)]
                names = [next(each) for each in kept]
                time.sleep(60)
        time.sleep(10)
    return "nothing"
