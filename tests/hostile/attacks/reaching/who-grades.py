"""Asks its sockets who is at the other end, and to be told of it with all that comes in."""

import os
import socket

PEERS = (17, 59, 77)  # SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD
SENDERS = (16, 34, 76)  # SO_PASSCRED, SO_PASSSEC, SO_PASSPIDFD


def sockets():
    kept = socket.socketpair()
    yield from kept
    for number in range(200):
        try:
            yield socket.socket(fileno=os.dup(number))
        except OSError:
            continue


def act(number):
    told = []
    for each in sockets():
        for option in PEERS:
            try:
                told.append((option, each.getsockopt(socket.SOL_SOCKET, option, 64)[:4].hex()))
            except OSError:
                continue
        for option in SENDERS:
            try:
                each.setsockopt(socket.SOL_SOCKET, option, 1)
                told.append((option, "on"))
            except OSError:
                continue
    return told or "nothing"
