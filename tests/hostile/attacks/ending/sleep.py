"""Sleeps for ever.

Seen: facts timeout facts
"""
import time


def act(number):
    if number == 2:
        time.sleep(10**6)
    return "nothing"
