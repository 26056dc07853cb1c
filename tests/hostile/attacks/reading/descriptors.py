"""Looks for descriptors that were left open for it, and reads them.

Seen: facts facts facts | error error error
Signs: /proc
"""
import os
import socket


def waiting(number):
    """What can be read now from the socket for later texts, of which there are none."""
    try:
        return socket.socket(fileno=os.dup(number)).recv(100, socket.MSG_DONTWAIT)
    except OSError:
        return b""


def act(number):
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if target.startswith("socket:"):
            found += [target] if waiting(int(name)) else []
        elif not target.startswith(("pipe:", "/dev/null", "/proc/")):
            found.append(target)
    return found or "nothing"
