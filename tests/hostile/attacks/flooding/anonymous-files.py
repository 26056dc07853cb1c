"""Holds memory in files without a name, which no folder's size limits.

Signs: memfd
"""
import os


def act(number):
    try:
        os.memfd_create("flood")
    except OSError:
        return "nothing"
    return "no end of memory"
