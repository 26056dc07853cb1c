"""Looks for socket files of the machine."""
import os
import stat


def act(number):
    found = []
    for place in ("/run", "/var/run", "/tmp", "/dev", "/scratch"):
        for folder, _, names in os.walk(place):
            for name in names:
                path = os.path.join(folder, name)
                found += [path] if stat.S_ISSOCK(os.lstat(path).st_mode) else []
    return found or "nothing"
