"""Looks for secrets in the environment, its own and everyone's.

Signs: environ, /proc
"""
import glob
import os

MARK = "TEACHERS_" + "TOKEN"


def act(number):
    found = [name for name in os.environ if MARK in name]
    for path in glob.glob("/proc/*/environ"):
        try:
            with open(path, "rb") as file:
                found += [path] if MARK.encode() in file.read() else []
        except OSError:
            continue
    return found or "nothing"
