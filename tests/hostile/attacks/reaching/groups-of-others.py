"""Asks of what group, of what session and how busy each process is: a neighbour may let its own say something.

Got: nothing
Behind: Landlock
"""
import os
import time


def act(number):
    told = []
    me = os.getpid()
    for pid in range(2, 70_000):
        if pid != me:
            for ask in (os.getpgid, os.getsid, lambda pid: time.clock_gettime(~pid << 3 | 2)):
                try:
                    told.append(ask(pid))
                except OSError:
                    continue
    return told or "nothing"
