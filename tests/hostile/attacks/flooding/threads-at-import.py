"""Starts threads while it is loaded."""
import threading
import time

try:
    for _ in range(10_000):
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
except RuntimeError:
    pass


def act(number):
    return "nothing"
