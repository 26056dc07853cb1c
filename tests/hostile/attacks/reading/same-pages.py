"""Asks whether a neighbour has the same page of a file in memory, which is word from one box to another.

Seen: error error error
Signs: /proc
Behind: Landlock
"""


def act(number):
    with open("/proc/self/smaps") as file:
        return file.readline()
