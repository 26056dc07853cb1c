"""Inside the box: the kernel's own limits on a process and all that come from it."""

from __future__ import annotations

import math
import resource
import time

from grader.box import kernel, limits
from grader.box.gpu import unseen

# for a process that loads a submission and, if it has threads, runs a scenario as well
CPU_SECONDS = int(limits.LOADING_SECONDS + limits.STATEMENT_SECONDS + limits.SCENARIO_SECONDS)


def submission(processes: int, file: int) -> None:
    """Bound a submission for good; its user may have so many processes, and a file so many bytes."""
    bound(resource.RLIMIT_CPU, CPU_SECONDS)
    if unseen():  # CUDA reserves more address space than any machine has memory
        bound(resource.RLIMIT_AS, address_space() + limits.MEMORY)
    bound(resource.RLIMIT_NPROC, processes)
    bound(resource.RLIMIT_NOFILE, limits.OPEN_FILES)
    bound(resource.RLIMIT_FSIZE, file)
    bound(resource.RLIMIT_SIGPENDING, limits.TIMERS)
    bound(resource.RLIMIT_CORE, limits.CORE)
    for kind in (resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
        bound(kind, 0)
    kernel.have_small_pages()  # of a large one that is let go but for a byte, all stays and a byte counts


def lookout() -> None:
    """Bound whoever looks at submissions: what it learns of them is of their choice, and it is to end by that
    before the machine does."""
    bound(resource.RLIMIT_AS, address_space() + limits.LOOKOUT)


def scenario() -> None:
    """Bound the CPU time of the next scenario, a little beyond the point where it is asked to stop."""
    soft = math.ceil(time.process_time() + limits.SCENARIO_SECONDS) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))


def used_up(seconds: float) -> bool:
    """Whether a process that the kernel killed after `seconds` of CPU time had used up its bound; else memory ran
    out. On a busy machine the time that is told and the time that was bounded are not quite the same."""
    return seconds > CPU_SECONDS / 2


def bound(kind: int, most: int) -> None:
    """Set a limit that cannot be raised again; a lower one stays."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def address_space() -> int:
    """Bytes of address space that this process has."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[0]) * resource.getpagesize()
