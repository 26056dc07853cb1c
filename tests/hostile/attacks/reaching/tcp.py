"""Connects to this machine and out of it."""
import socket


def act(number):
    for address in (("127.0.0.1", 22), ("127.0.0.1", 8786), ("1.1.1.1", 53), ("::1", 80)):
        try:
            socket.create_connection(address, timeout=2)
            return address
        except OSError:
            continue
    return "nothing"
