"""Opens terminals, of which a machine has so many."""
import os


def act(number):
    try:
        return os.openpty()
    except OSError:
        return "nothing"
