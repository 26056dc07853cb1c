"""Holds sockets beside a descriptor of a folder that the kernel says is not there: of a process that has ended.

Seen: facts killed facts
Signs: os.fork
"""
import os
import socket
import time


def act(number):
    if number != 2:
        return "nothing"
    pid = os.fork()
    if pid == 0:
        time.sleep(0.5)
        os._exit(0)
    kept = [os.open(f"/proc/{pid}/fd", os.O_PATH)]
    os.waitpid(pid, 0)
    kept += [socket.socketpair() for _ in range(200)]
    time.sleep(3)
    return "held"
