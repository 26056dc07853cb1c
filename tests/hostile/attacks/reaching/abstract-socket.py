"""Connects to a socket without a file, which the test holds open outside."""
import socket


def act(number):
    try:
        with socket.socket(socket.AF_UNIX) as out:
            out.connect("\0the-grader-outside")
    except OSError:
        return "nothing"
    return "connected"
