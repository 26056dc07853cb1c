"""Fills the buffers of sockets, which are memory that no process has.

Seen: facts killed facts
"""
import contextlib
import socket
import time


def act(number):
    kept = []
    with contextlib.suppress(PermissionError), socket.socket(socket.AF_UNIX) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
        return "a large buffer"
    while number == 2 and len(kept) < 220:
        kept.append(socket.socketpair())
        kept[-1][0].setblocking(False)
        try:
            while True:
                kept[-1][0].send(bytes(65536))
        except BlockingIOError:
            continue
    time.sleep(2 * len(kept[:1]))
    return "nothing"
