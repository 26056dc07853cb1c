"""Attaches a filter of its own to sockets: the kernel keeps it twice, once as code, of which a machine has so much."""

import ctypes
import socket
import struct

PROGRAM = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0xFFFF))  # takes all that comes
FILTERS = {"SO_ATTACH_FILTER": 26, "SO_ATTACH_REUSEPORT_CBPF": 51}


def act(number):
    found = []
    for name, option in FILTERS.items():
        one, _ = socket.socketpair()
        try:
            one.setsockopt(socket.SOL_SOCKET, option, struct.pack("HxxxxxxQ", 1, ctypes.addressof(PROGRAM)))
            found.append(name)
        except PermissionError:
            continue
    return found or "nothing"
