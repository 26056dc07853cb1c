"""Makes folders within folders, so deep that removing them is a task of its own.

Seen: facts facts facts
"""
import os


def act(number):
    for _ in range(1500):
        os.mkdir("folder")
        os.chdir("folder")
    return "nothing"
