"""Writes into the libraries, the lecture and the kernel's settings, for the next student to find.

Signs: /proc
"""
import os
import sys

import torch


def act(number):
    places = [os.path.dirname(torch.__file__), *sys.path, "/", "/kit", "/usr/lib", "/etc", "/dev", "/proc/sys/kernel"]
    made = []
    for place in places:
        if place in ("", os.getcwd()):
            continue
        for name in ("neighbour.py", "core_pattern"):
            try:
                with open(os.path.join(place, name), "w") as file:
                    file.write("x")
                made.append(place)
            except OSError:
                continue
    return made or "nothing"
