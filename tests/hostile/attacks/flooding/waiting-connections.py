"""Fills connections that nobody accepts: they hold what was sent, and the descriptors are closed.

Got: [true]
"""
import os
import socket


def act(number):
    held = 0
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{os.getcwd()}/line-{number}")
        listener.listen(4096)
        for _ in range(100):
            with socket.socket(socket.AF_UNIX) as one:
                one.setblocking(False)
                try:
                    one.connect(f"{os.getcwd()}/line-{number}")
                    held += one.send(bytes(50_000))
                except OSError:
                    break
    return [held < 500_000]
