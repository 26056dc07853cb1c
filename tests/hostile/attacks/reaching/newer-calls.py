"""Makes system calls that are newer than the library of the filter, which knows no name of them.

Signs: ctypes
"""
import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
CACHESTAT, STATMOUNT, LISTMOUNT, SETXATTRAT, FILE_SETATTR, NOBODYS = 451, 457, 458, 463, 469, 510


def act(number):
    made = []
    for call in (CACHESTAT, STATMOUNT, LISTMOUNT, SETXATTRAT, FILE_SETATTR, NOBODYS):
        libc.syscall(call, -1, None, None, None, None, None)
        if ctypes.get_errno() != errno.ENOSYS:
            made.append(call)
    return made or "nothing"
