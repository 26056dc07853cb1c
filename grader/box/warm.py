"""Inside the box: the warm process. It holds torch, the lecture and the scenarios, and forks a child per job.

It never runs a student's line and never reads one: a submission goes straight to the child, through a descriptor
that is only passed on, so nothing of one student is left for the next. It hears requests on a socket, which is
its standard input, and answers with a line of JSON each.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from grader.box import bounds, kernel, landlock, limits
from grader.box.job import OUT_OF_MEMORY, OUT_OF_TIME

if TYPE_CHECKING:
    from grader.box.observer import Scenario

NOBODY = 65534
TICK = 200  # milliseconds between two looks at how much memory a submission takes


def main() -> None:
    """Enter the namespaces, warm up, and serve until the socket closes."""
    line = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    program = line.recv(1 << 16).removeprefix(b"filter ")
    settle_in()
    tell(line, standing=standing(program))
    warm_up()
    tell(line, ready=True)
    serve(line, program)


def standing(program: bytes) -> list[str]:
    """The walls that stand around each submission, in words."""
    walls = ["bubblewrap", "namespaces of its own for each submission"]
    walls += ["a system-call filter"] if program else []
    return [*walls, f"Landlock {landlock.version()}"] if landlock.version() else walls


def settle_in() -> None:
    """Become an ordinary user, process 1 of a namespace that this process governs."""
    if os.getuid() == 0:
        kernel.mount("proc", "/proc")
        kernel.become(NOBODY)
    kernel.new_user()
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWPID)
    if pid := os.fork():
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
    mount_fresh()


def writable() -> set[Path]:
    """The folders that a submission may write to; not /tmp on a machine whose interpreter lives in it."""
    return {Path.home(), Path("/tmp"), Path("/dev/shm")} - set(Path(sys.prefix).parents)


def mount_fresh() -> None:
    """Mount folders to write to, in memory, and the processes of this namespace; what was there is out of sight."""
    for folder in writable():
        kernel.mount("tmpfs", str(folder), limits.SCRATCH)
    kernel.mount("proc", "/proc")


def warm_up() -> None:
    """Import what every submission needs, and let torch import what an optimizer's first use needs."""
    import gc

    import torch

    import grader.box.child  # noqa: F401
    import lecture  # noqa: F401

    torch.set_num_threads(1)
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    gc.collect()
    gc.freeze()


def serve(line: socket.socket, program: bytes) -> None:
    """Run jobs, one at a time, until there is nobody left to ask for them."""
    from grader.box import observer

    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    while True:
        request, descriptors, _, _ = socket.recv_fds(line, 100, 4)
        if not request:
            return
        if request != b"run":
            continue  # a "stop" for a child that has already ended
        scenarios, submission, out, prints = descriptors
        with open(scenarios, encoding="utf-8") as file:  # noqa: PTH123
            request = json.load(file)
        import_ahead(request["imports"])
        found = observer.scenarios((name, text) for name, text in request["scenarios"])
        tell(line, scenarios=list(found))
        pid = kernel.fork_into_new_pids(own)
        if pid == 0:
            become_child(submission, out, prints, program, observer.chosen(found, request["only"]))
        for descriptor in (submission, out, prints):
            os.close(descriptor)
        tell(line, ended=watch(line, pid))


def import_ahead(names: Iterable[str]) -> None:
    """Import what the next submission will: it costs its time once, and not for every student."""
    new = [name for name in names if name not in sys.modules]
    for name in new:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if new:
        gc.collect()
        gc.freeze()


def become_child(submission: int, out: int, prints: int, program: bytes, wanted: Mapping[str, Scenario]) -> None:
    """In the fork: put up the inner walls, read the submission, attend to it, and never return."""
    from grader.box.child import attend
    from grader.box.job import Job

    os.setsid()
    with open(submission, encoding="utf-8") as file:
        job = Job.from_json(file.read())
    channel = keep_only(out, prints)
    scratch = seclude(program)
    attend(job, wanted, scratch, channel)
    os._exit(0)


def keep_only(out: int, prints: int) -> int:
    """Close every descriptor but the standard ones, with `prints` for output, and `out`; return its new number."""
    out = os.dup2(out, 100)
    os.dup2(prints, 1)
    os.dup2(prints, 2)
    os.closerange(3, out)
    os.closerange(out + 1, os.sysconf("SC_OPEN_MAX"))
    return out


def seclude(program: bytes) -> Path:
    """Enter namespaces of one's own, with nothing to write to but fresh memory, and give up all privileges."""
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS)
    mount_fresh()
    kernel.new_user()
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    Path("/proc/self/oom_score_adj").write_text("1000")
    kernel.drop_privileges()
    bounds.submission()
    if landlock.version():
        landlock.restrict([Path("/")], {*writable(), Path("/dev")})
    if program:
        kernel.filter_syscalls(program)
    scratch = Path.home() / "submission"
    scratch.mkdir()
    return scratch


def watch(line: socket.socket, pid: int) -> str:
    """Wait for a child's end, and bring it about on request or when it takes too much memory; how it ended."""
    ended = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(line, select.POLLIN)
    why = ""
    while True:
        ready = [descriptor for descriptor, _ in poll.poll(TICK)]
        if ended in ready:
            os.close(ended)
            how = ending(pid)
            return why or how
        if line.fileno() in ready:
            line.recv(100)
            os.kill(pid, signal.SIGKILL)
            poll.unregister(line)
        elif not why and resident() > limits.MEMORY:
            why = OUT_OF_MEMORY
            os.kill(pid, signal.SIGKILL)


def ending(pid: int) -> str:
    """How a child ended that nobody stopped. From inside, no signal reaches process 1 of a namespace: a SIGKILL is
    the kernel's, at the limit of CPU time or for want of memory."""
    seconds = cpu_seconds(pid)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == -signal.SIGKILL:
        return OUT_OF_TIME if seconds > bounds.CPU_SECONDS - 1 else OUT_OF_MEMORY
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def cpu_seconds(pid: int) -> float:
    """CPU time of one process without its children; a dead one keeps it until it is waited for."""
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident() -> int:
    """Bytes of memory that all processes but this one hold; what they share is counted in parts if it matters."""
    pids = [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]  # noqa: PTH208
    most = sum(map(whole, pids))
    return sum(map(share, pids)) if most > limits.MEMORY else most


def whole(pid: str) -> int:
    """The memory of one process in bytes, 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def share(pid: str) -> int:
    """The proportional share of one process in bytes, 0 if it has ended; the kernel takes its time to tell."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:  # noqa: PTH123
            found = dict(row.split(":", 1) for row in file if ":" in row)
        return int(found["Pss"].split()[0]) * 1024
    except (OSError, KeyError):
        return 0


def tell(line: socket.socket, **record: object) -> None:
    """Answer with one message."""
    line.send(json.dumps(record).encode())


if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if path]
    main()
