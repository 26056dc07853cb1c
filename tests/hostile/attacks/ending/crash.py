"""Reads where there is no memory.

Seen: facts killed facts
Signs: ctypes
"""
import ctypes


def act(number):
    if number == 2:
        ctypes.string_at(0)
    return "nothing"
