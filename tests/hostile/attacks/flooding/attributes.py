"""Gives files attributes and access lists, 64 KB each of the kernel's memory, which no folder's size limits.

Signs: ctypes
"""
import ctypes
import os
import struct

SETXATTRAT, HERE = 463, -100
EVERYBODY = 0xFFFFFFFF
LIST = struct.pack("<IHHIHHIHHI", 2, 1, 7, EVERYBODY, 4, 7, EVERYBODY, 0x20, 7, EVERYBODY)


def by_name(name):
    os.setxattr("folder", name, LIST)


def by_descriptor(name):
    folder = os.open("folder", os.O_RDONLY)
    try:
        os.setxattr(folder, name, LIST)
    finally:
        os.close(folder)


def by_a_newer_call(name):
    words = ctypes.create_string_buffer(LIST)
    arguments = struct.pack("QII", ctypes.addressof(words), len(LIST), 0)
    if ctypes.CDLL(None).syscall(SETXATTRAT, HERE, b"folder", 0, name.encode(), arguments, len(arguments)):
        raise OSError


def act(number):
    made = []
    os.makedirs("folder", exist_ok=True)
    for name in ("user.word", "system.posix_acl_access", "system.posix_acl_default"):
        for way in (by_name, by_descriptor, by_a_newer_call):
            try:
                way(name)
                made.append(f"{way.__name__} {name}")
            except OSError:
                continue
    return made or "nothing"
