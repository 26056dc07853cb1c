"""Closes every descriptor.

Seen: facts killed facts
Signs: close
"""
import os


def act(number):
    if number == 2:
        os.closerange(0, 1000)
    return "nothing"
