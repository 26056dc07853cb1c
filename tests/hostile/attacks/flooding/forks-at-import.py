"""Forks as fast as it can while it is loaded, for three seconds.

Loading: any
Seen: any any any
Signs: os.fork
"""
import os
import time

end = time.monotonic() + 3
while time.monotonic() < end:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)


def act(number):
    return "nothing"
