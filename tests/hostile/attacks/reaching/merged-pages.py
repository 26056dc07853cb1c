"""Asks that its pages become one with those that hold the same elsewhere: how long writing to one takes tells of it."""
import ctypes
import errno
import mmap

MERGEABLE = 12  # of madvise
SET_MEMORY_MERGE = 67  # of prctl


def act(number):
    told = []
    if ctypes.CDLL(None, use_errno=True).prctl(SET_MEMORY_MERGE, 1, 0, 0, 0) == 0 or ctypes.get_errno() != errno.EPERM:
        told.append("all pages")
    try:
        mmap.mmap(-1, 1 << 16, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).madvise(MERGEABLE)
        told.append("some pages")
    except OSError as error:
        told += [] if error.errno == errno.EPERM else [errno.errorcode[error.errno]]
    return told or "nothing"
