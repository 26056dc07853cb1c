"""Leaves word for a neighbour: marks on a file that stay with it, which its owner may set where it may only be read.

The files of the kit are their owner's, who may be the one that a submission runs as; here the file is its own.
"""
import fcntl
import os
import struct

SET_RW_HINT, SET_FLAGS, NO_DUMP = 1036, 0x40086602, 0x40
SET_VERSION = 0x40087602
LONG_LIVED = struct.pack("Q", 4)


def hint(file):
    fcntl.fcntl(file, SET_RW_HINT, LONG_LIVED)


def flags(file):
    fcntl.ioctl(file, SET_FLAGS, struct.pack("L", NO_DUMP))


def version(file):
    fcntl.ioctl(file, SET_VERSION, struct.pack("L", 7312))


def blocks(file):
    with open("copy", "w") as copy:
        os.copy_file_range(file.fileno(), copy.fileno(), 1 << 16)


def act(number):
    made = []
    with open("own", "wb") as file:
        file.write(bytes(1 << 16))
    for way in (hint, flags, version, blocks):
        try:
            with open("own") as file:
                way(file)
            made.append(way.__name__)
        except OSError:
            continue
    return made or "nothing"
