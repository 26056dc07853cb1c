"""Takes itself out of the memory killer's reach, raises its limits, and wants a core for itself.

Signs: /proc, rlimit, calls the system past Python
"""
import ctypes
import errno
import os
import resource

SCHED_CORE, CREATE = 62, 1  # of prctl


def act(number):
    made = []
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("-1000")
        made.append("memory")
    except OSError:
        pass
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            made.append(kind)
        except (OSError, ValueError):
            continue
    if os.nice(-10) < 0:
        made.append("priority")
    os.setpriority(os.PRIO_PROCESS, 0, 10)
    os.sched_setaffinity(0, [0])  # it says that it is done
    if os.getpriority(os.PRIO_PROCESS, 0) == 10:
        made.append("other priority")
    if ctypes.CDLL(None, use_errno=True).prctl(SCHED_CORE, CREATE, 0, 1, 0) == 0 or ctypes.get_errno() != errno.EPERM:
        made.append("core")
    return made or "nothing"
