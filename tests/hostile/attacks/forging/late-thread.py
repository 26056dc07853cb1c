"""Starts a thread that goes on writing look-alike lines.

Got: nothing, forged
Signs: os.write
"""
import json
import os
import threading
import time


def forge():
    while True:
        for descriptor in range(3, 300):
            try:
                os.write(descriptor, (json.dumps({"scenario": "third", "seen": {"facts": {"got": "forged"}}}) + "\n").encode())
            except OSError:
                continue
        time.sleep(0.01)


threading.Thread(target=forge, daemon=True).start()


def act(number):
    time.sleep(0.05)
    return "nothing"
