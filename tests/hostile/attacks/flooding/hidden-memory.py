"""Is no longer dumpable, so that nobody can count what it holds; and holds rules where no limit counts them.

Signs: calls the system past Python
"""
import ctypes

SET_DUMPABLE = 4
ADD_RULE = 445  # landlock_add_rule


def act(number):
    libc = ctypes.CDLL(None, use_errno=True)
    made = []
    if libc.prctl(SET_DUMPABLE, 0, 0, 0, 0) == 0:
        made.append("hidden")
    libc.syscall(ADD_RULE, -1, 2, None, 0)
    if ctypes.get_errno() != 1:  # EPERM, from the filter
        made.append("rules")
    return made or "nothing"
