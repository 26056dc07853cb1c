"""Inside the box: the warm process. It holds torch and the lecture, and forks a child per job.

It never runs a student's line and never reads one: a submission goes straight to the child, through a descriptor
that is only passed on, and another process looks at what the child takes. So nothing of one student is left for the
next. Of the scenarios it holds those that every student may see, and no hidden one. It hears requests on a socket,
which is its standard input, and answers with a line of JSON each.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import selectors
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.machinery import FrozenImporter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.box import UNFILTERED, kernel, limits
from grader.box.landlocked import Landlocked
from grader.box.lookout import Lookout, Walls, tell
from grader.box.namespaces import Namespaces

if TYPE_CHECKING:
    from grader.box.texts import Scenario

ASKED: set[str] = set()  # what was to be imported since the start, for somebody: not all of it is here
# What no module of a student's own goes before: what the box runs on, has changed, or watches, and what Python
# finds without looking into any folder, or has before any program begins.
FIRST = {"grader", "landlockpy", "multiprocessing", "selectors", "encodings", *sys.builtin_module_names}
OUT, MORE = 100, 101  # a child's descriptors: for its lines, and for what it is handed later
SETTLED = 10  # runs without an import, after which it pays to gather memory: it takes half a second


def main() -> None:
    """Enter the namespaces, warm up, and serve until the socket closes."""
    kernel.take_settings_back()
    line = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    program = line.recv(1 << 16).removeprefix(b"filter ")
    walls: Walls = Namespaces() if sys.argv[1] == "namespaces" else Landlocked(sys.argv[2], sys.argv[3:])
    words = walls.settle_in()
    tell(line, standing=[*words, "a system-call filter" if program else UNFILTERED])
    lookout = Lookout(line, walls)
    warm_up()
    tell(line, ready=True)
    serve(line, walls, program, lookout)


@contextlib.contextmanager
def for_good() -> Iterator[None]:
    """What is imported meanwhile stays: nobody looks for what of it could go, which would take a fifth of the time,
    and no collection in a fork later on touches, and so copies, it."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@for_good()
def warm_up() -> None:
    """Import what every submission needs, and let torch import what an optimizer's first use needs, and change each
    kind's class, as it does then."""
    import torch

    import grader.box.child
    import grader.box.passes
    import grader.box.shared
    import grader.box.signatures
    import grader.box.trace
    import grader.box.watch  # noqa: F401
    import lecture  # noqa: F401
    from grader.box.observer import seed_no_gpu, stay_on_one_thread
    from grader.box.originals import snapshots

    tell_of_few_processors()
    miss_what_is_not_there()
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[misc, assignment]  # the other is refused
    stay_on_one_thread()
    seed_no_gpu()
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    for kind in (torch.optim.Adam, torch.optim.AdamW):
        kind(layer.parameters())
    snapshots()


def tell_of_few_processors() -> None:
    """Let `os.cpu_count` and its like say no more than on a student's own machine: on a large one, a pool or loader
    of a process for each would meet the bound on processes."""
    few = min(os.cpu_count() or 1, limits.PROCESSORS)
    for name in {"cpu_count", "process_cpu_count"} & vars(os).keys():
        setattr(os, name, lambda: few)
    affinity = os.sched_getaffinity
    os.sched_getaffinity = lambda pid: {*sorted(affinity(pid))[:few]}


def miss_what_is_not_there() -> None:
    """Let `os.utime`, whose call the filter pretends to make, tell of a file that is not there: `Path.touch` makes
    one only then."""
    pretended = os.utime

    @functools.wraps(pretended)
    def utime(path: Any, *times: Any, dir_fd: Any = None, follow_symlinks: bool = True, **named: Any) -> None:
        os.stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        pretended(path, *times, dir_fd=dir_fd, follow_symlinks=follow_symlinks, **named)

    os.utime = utime
    for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if pretended in able:
            able.add(utime)


def serve(line: socket.socket, walls: Walls, program: bytes, lookout: Lookout) -> None:
    """Run jobs, one at a time, until there is nobody left to ask for them."""
    runs = 0  # since something was last imported
    while True:
        request, descriptors, _, _ = socket.recv_fds(line, 1 << 16, 5)
        if not request:
            return
        match json.loads(request):
            case {"name": list(needed)}:
                import_ahead(needed)
                tell_names(line, *descriptors)
            case {"run": list(needed), "words": list(words)}:
                runs = 0 if import_ahead([*needed, *words]) else runs + 1
                run(walls, program, lookout, {*map(root, needed)}, *descriptors)
                if runs == SETTLED:
                    kernel.gather_pages()
            case _:
                continue  # a "stop" for a child that has already ended


def tell_names(line: socket.socket, texts: int) -> None:
    """Tell which scenarios an exercise has, text by text. A fork reads them: a hidden one is not to lie in here."""
    from grader.box.texts import scenarios

    pid = os.fork()
    if pid == 0:
        with open(texts, encoding="utf-8") as file:
            named = json.load(file)
        tell(line, scenarios=[list(scenarios(name, text)) for name, text in named])
        os._exit(0)
    os.close(texts)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("The scenarios of an exercise could not be made.")


def run(walls: Walls, program: bytes, lookout: Lookout, needed: set[str], first: int, *rest: int) -> None:
    """One run of a submission, in a child that has the first text of scenarios, which need some libraries."""
    from grader.box.child import wanted_in
    from grader.box.imported import imported

    wanted = wanted_in(first)
    imported.new()
    pid = walls.fork()
    if pid == 0:
        become_child(*rest, walls=walls, program=program, wanted=wanted, needed=needed)
    for descriptor in rest:
        os.close(descriptor)
    lookout.watch(pid)


def import_ahead(names: Sequence[str]) -> bool:
    """Import what the next submission will: it costs its time once, and not for every student. Whether there was
    anything to import."""
    from grader.box import observer
    from grader.box.originals import snapshots

    new = [name for name in names if name not in sys.modules and name not in ASKED]
    if not new:
        return False
    ASKED.update(new)
    with for_good():
        for name in new:
            with contextlib.suppress(Exception):  # one that is broken here is the submission's to meet
                importlib.import_module(name)
        snapshots.cache_clear()  # scikit-learn has NumPy import parts of itself that it had put off
        snapshots()
    observer.draw_nowhere()
    return True


def root(module: str) -> str:
    """The library that a module is of."""
    return module.partition(".")[0]


def make_way(files: Iterable[str], needed: set[str]) -> None:
    """In the child: forget what was imported before, perhaps for somebody else, where a submission has a module of
    its own of that name: "cycler.py", or "statistics.py". What the scenarios need stays."""
    from grader.box.originals import LIBRARIES

    modules = [name.removesuffix("/__init__.py").removesuffix(".py") for name in files if name.endswith(".py")]
    own = {name for name in modules if "/" not in name}  # a folder that is no package goes before nothing
    stays = FIRST | needed | {*map(root, LIBRARIES)}
    first = {name for name in (own - stays) & sys.modules.keys() if FrozenImporter.find_spec(name) is None}
    if first:  # to go through all names would copy the memory that they lie in (`imported`)
        for name in [name for name in sys.modules if root(name) in first]:
            del sys.modules[name]


def become_child(
    submission: int,
    out: int,
    prints: int,
    more: int,
    *,
    walls: Walls,
    program: bytes,
    wanted: Mapping[str, Scenario],
    needed: set[str],
) -> None:
    """In the fork: put up the inner walls, read the submission, attend to it, and never return."""
    from grader.box.child import attend
    from grader.box.job import Job

    with open(submission, encoding="utf-8") as file:
        job = Job.from_json(file.read())
    keep_only(prints, {out: OUT, more: MORE})
    open_streams()
    Path("/proc/self/oom_score_adj").write_text("1000")  # first to go, should the machine's memory run out
    scratch = walls.seclude() / "submission"
    scratch.mkdir()
    if program:
        kernel.filter_syscalls(program)
    make_way(job.files, needed)
    attend(job, wanted, scratch, OUT, socket.socket(fileno=MORE))
    os._exit(0)


def keep_only(prints: int, kept: Mapping[int, int]) -> None:
    """Close every descriptor but the standard ones, with `prints` for output, and the kept, renumbered. Input is
    opened anew: the flags of an open file are for all that share it, and would be word for the next student."""
    for descriptor, number in kept.items():
        os.dup2(descriptor, number, inheritable=False)  # no program that is started has it
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(prints, 1)
    os.dup2(prints, 2)
    os.closerange(3, min(kept.values()))
    os.closerange(max(kept.values()) + 1, os.sysconf("SC_OPEN_MAX"))


def open_streams() -> None:
    """Open Python's streams for output anew: those of the warm process know whether what it wrote to could be
    wound back, and a submission that sets their encoding would meet an error."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        before = getattr(sys, name)
        stream = open(number, "w", encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stderr.reconfigure(line_buffering=True)  # type: ignore[union-attr]


if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if path]
    main()
