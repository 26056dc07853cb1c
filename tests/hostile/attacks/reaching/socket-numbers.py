"""Reads the number that the machine gives a socket, which counts on from one student to the next."""
import socket

NUMBERS = 57, 71  # SO_COOKIE, SO_NETNS_COOKIE


def act(number):
    read = []
    one, other = socket.socketpair()
    with one, other:
        for option in NUMBERS:
            try:
                read.append(one.getsockopt(socket.SOL_SOCKET, option, 8).hex())
            except PermissionError:
                continue
    return read or "nothing"
