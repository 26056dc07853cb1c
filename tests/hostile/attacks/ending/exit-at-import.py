"""Leaves while it is loaded.

Loading: killed
Signs: os._exit
"""
import os

os._exit(0)


def act(number):
    return "nothing"
