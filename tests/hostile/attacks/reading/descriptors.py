"""Looks for descriptors that were left open for it, and reads them.

Signs: /proc
"""
import os


def act(number):
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if not target.startswith(("pipe:", "/dev/null", "/proc/")):
            found.append(target)
    return found or "nothing"
