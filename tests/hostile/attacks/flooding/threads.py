"""Starts threads until none can be started."""
import threading
import time


def act(number):
    try:
        for _ in range(10_000):
            threading.Thread(target=time.sleep, args=(10,), daemon=True).start()
    except RuntimeError:
        return "nothing"
    return "ten thousand threads"
