"""Lists homes and the usual places of keys and data."""
import glob
import os
import sys


def act(number):
    places = ["/home/*", "/root/.*", "/root/*", "/etc/shadow", "/etc/passwd", "/var/*", "/mnt/*", "/work/*", "/srv/*"]
    found = [path for place in places for path in glob.glob(place)]
    pythons = [sys.prefix, sys.base_prefix]  # on the way to them, a folder that holds nothing else is there
    found = [path for path in found if not any(python.startswith(path) for python in pythons)]
    return [path for path in found if can_read(path)] or "nothing"


def can_read(path):
    try:
        return bool(os.listdir(path) if os.path.isdir(path) else open(path).close() or True)
    except OSError:
        return False
