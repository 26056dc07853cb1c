"""Writes look-alike lines on every descriptor while it is loaded, and again later.

Seen: any any any
Signs: os.write, channel
"""
import json
import os


def forge():
    loading = {"loading": {"status": "loaded", "reason": None, "skipped": [], "undefined": []}}
    lines = [loading] + [{"scenario": name, "seen": {"facts": {"got": "forged"}}} for name in ("third", "second")]
    for descriptor in range(3, 300):
        try:
            os.write(descriptor, "".join(json.dumps(line) + "\n" for line in lines).encode())
        except OSError:
            continue


forge()


def act(number):
    forge()
    return "nothing"
