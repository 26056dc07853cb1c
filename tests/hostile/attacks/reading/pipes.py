"""Reads whatever can be read from every open descriptor.

Signs: os.read
"""
import os


def act(number):
    found = []
    for descriptor in range(256):
        try:
            os.set_blocking(descriptor, False)
            found += [descriptor] if os.read(descriptor, 100) else []
        except OSError:
            continue
    return found or "nothing"
