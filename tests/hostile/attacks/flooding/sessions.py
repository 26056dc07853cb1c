"""Begins a session in each of many processes, each of which the kernel may give a share of the processors of its own."""

import os


def act(number):
    before = os.getsid(0)
    child = os.fork()
    if child == 0:
        os.setsid()
        os._exit(os.getsid(0) != before)
    _, status = os.waitpid(child, 0)
    return "a session" if status else "nothing"
