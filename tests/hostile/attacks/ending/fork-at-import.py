"""Forks while it is loaded: two processes go on as if they were the observer.

Signs: os.fork
"""
import os

os.fork()


def act(number):
    return "nothing"
