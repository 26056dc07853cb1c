"""Holds memory in messages that wait, sent from sockets that are closed: neither has a process that it counts for.

Got: [true]
"""
import socket


def act(number):
    held, kept = 0, []
    try:
        for _ in range(200):
            one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            one.setblocking(False)
            kept.append(other)
            for _ in range(10):
                held += one.send(bytes(200_000))
            one.close()
    except OSError:
        pass
    return [held < 1_000_000]
