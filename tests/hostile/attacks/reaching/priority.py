"""Takes itself out of the memory killer's reach, and raises its limits.

Signs: /proc, rlimit
"""
import os
import resource


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
    try:
        os.nice(-10)
        made.append("priority")
    except OSError:
        pass
    return made or "nothing"
