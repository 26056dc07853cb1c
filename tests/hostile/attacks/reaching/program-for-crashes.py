"""Has the machine's own program for crashes started, outside of all walls: Linux does so but for a limit of 1.

Seen: facts killed facts
Signs: rlimit, ctypes
"""
import ctypes
import resource


def act(number):
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it says that it is done
    ctypes.CDLL(None).setrlimit(resource.RLIMIT_CORE, (ctypes.c_ulong * 2)(0, 0))
    if number == 2:
        ctypes.string_at(0)
    after = resource.getrlimit(resource.RLIMIT_CORE)
    return "nothing" if after == before else after
