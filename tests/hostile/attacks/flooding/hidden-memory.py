"""Is no longer dumpable, so that nobody can count what it holds; and holds rules where no limit counts them.

Signs: calls the system past Python
"""
import ctypes

SET_DUMPABLE, FUTEX_HASH = 4, 78
ADD_RULE = 445  # landlock_add_rule


def act(number):
    libc = ctypes.CDLL(None, use_errno=True)
    made = []
    if libc.prctl(SET_DUMPABLE, 0, 0, 0, 0) == 0:
        made.append("hidden")
    if libc.prctl(FUTEX_HASH, 1, 1 << 10, 0, 0) == 0:
        made.append("futexes")
    libc.syscall(ADD_RULE, -1, 2, None, 0)
    if ctypes.get_errno() != 1:  # EPERM, from the filter
        made.append("rules")
    return made or "nothing"
