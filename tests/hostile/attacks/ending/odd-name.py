"""Calls its process by a name that is no text, which whoever counts processes has to read over.

Signs: calls the system past Python
"""
import ctypes
import time

SET_NAME = 15


def act(number):
    ctypes.CDLL(None).prctl(SET_NAME, b"\xff) R 1", 0, 0, 0)
    time.sleep(0.5)  # somebody looks every fifth of a second
    return "nothing"
