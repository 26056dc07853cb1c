"""Leaves with status 0 in the middle.

Seen: facts killed facts
Signs: os._exit
"""
import os


def act(number):
    if number == 2:
        os._exit(0)
    return "nothing"
