"""Holds sockets in processes whose first thread has ended, so that nothing is told of what the others hold.

Seen: facts killed facts
Signs: os.fork
"""
import ctypes
import os
import socket
import threading
import time

EXIT = 60 if os.uname().machine == "x86_64" else 93  # of one thread, not of its process


def hold():
    kept = [socket.socketpair() for _ in range(100)]
    time.sleep(5)
    os._exit(len(kept) % 2)


def act(number):
    if number != 2:
        return "nothing"
    for _ in range(3):
        if os.fork() == 0:
            threading.Thread(target=hold).start()
            ctypes.CDLL(None).syscall(EXIT, 0)
    time.sleep(3)
    return "held"
