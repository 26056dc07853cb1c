"""Lists homes and the usual places of keys and data."""
import glob
import os


def act(number):
    places = ["/home/*", "/root/.*", "/root/*", "/etc/shadow", "/etc/passwd", "/var/*", "/mnt/*", "/work/*", "/srv/*"]
    found = [path for place in places for path in glob.glob(place)]
    found = [path for path in found if os.path.isfile(path) or os.listdir(path)]
    return [path for path in found if not path.startswith("/root/.pyenv")] or "nothing"
