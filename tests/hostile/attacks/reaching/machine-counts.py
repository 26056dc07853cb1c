"""Reads how many processes the machine ever had, and how much memory it has left: a slate that outlives every run.

Signs: /proc
Behind: Landlock
"""


def act(number):
    read = []
    for name in ("stat", "meminfo", "loadavg", "vmstat", "uptime"):
        try:
            with open(f"/proc/{name}") as file:
                read.append(file.readline())
        except OSError:
            continue
    return read or "nothing"
