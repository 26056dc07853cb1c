"""Searches every living object for another student's text.

Signs: gc.get_objects
"""
import gc

MARK = "aedi nwo s'ruobhgien eht"[::-1]


def act(number):
    found = []
    for thing in gc.get_objects():
        if isinstance(thing, dict):
            found += [key for key, value in list(thing.items()) if isinstance(value, str) and MARK in value and key != "MARK"]
        elif isinstance(thing, (list, tuple)):
            found += ["text" for value in thing if isinstance(value, str) and MARK in value]
    return found or "nothing"
