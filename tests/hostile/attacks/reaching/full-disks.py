"""Asks how full the machine's disk is: what was seen of the student before takes its part of it.

Behind: namespaces of its own
"""
import os


def act(number):
    try:
        return os.statvfs("/usr").f_bfree
    except PermissionError:
        return "nothing"
