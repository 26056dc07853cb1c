"""Has the machine's own program for crashes started, outside of all walls: Linux does so but for a limit of 1.

Seen: facts killed facts
Signs: rlimit, ctypes
"""
import ctypes
import resource


def act(number):
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it says that it is done
    system, none = ctypes.CDLL(None).syscall, (ctypes.c_ulong * 2)(0, 0)
    for kind in (resource.RLIMIT_CORE, 1 << 32 | resource.RLIMIT_CORE):  # the kernel looks at 32 bits
        system(160, ctypes.c_ulong(kind), none)  # on x86-64: setrlimit, and prlimit64 of this process
        system(302, 0, ctypes.c_ulong(kind), none, None)
    if number == 2:
        ctypes.string_at(0)
    after = resource.getrlimit(resource.RLIMIT_CORE)
    return "nothing" if after == before else after
