"""Moves pages of a file into a socket: one byte of each counts, and the pages are nobody's once the file is empty."""
import os
import socket

LENGTH = 4096


def succeeds(move):
    try:
        return move() > 0
    except OSError:
        return False


def act(number):
    source, goal = os.pipe()
    near, far = socket.socketpair()
    with open("page", "w+b") as file:
        file.write(b"x" * LENGTH)
        file.flush()
        os.write(goal, b"xx")
        moves = {
            "a page into a pipe": lambda: os.splice(file.fileno(), goal, 1, offset_src=0),
            "a pipe into a socket": lambda: os.splice(source, near.fileno(), 1),
            "a page into a socket": lambda: os.sendfile(near.fileno(), file.fileno(), 0, LENGTH),
        }
        made = [name for name, move in moves.items() if succeeds(move)]
    far.close()
    return made or "nothing"
