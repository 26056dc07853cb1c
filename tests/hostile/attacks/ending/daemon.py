"""Leaves a process behind that has left its session, and its parent.

Signs: os.fork
"""
import os
import time


def act(number):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(10**6)
        os._exit(0)
    return "nothing"
