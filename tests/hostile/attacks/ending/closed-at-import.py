"""Closes every descriptor while it is loaded.

Loading: killed
Signs: close
"""
import os

os.closerange(0, 1000)


def act(number):
    return "nothing"
