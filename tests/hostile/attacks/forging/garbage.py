"""Fills every descriptor with garbage and half a line.

Seen: facts facts facts | killed killed killed
Signs: os.write
"""
import os


def act(number):
    for descriptor in range(3, 300):
        try:
            os.write(descriptor, b"\xff\x00[[[[" * 1000 + b'\n{"done": true')
        except OSError:
            continue
    return "nothing"
