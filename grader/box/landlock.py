"""Inside the box: Landlock, the kernel's own wall around files and signals, where kernel and library have it."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

TASKS = 102  # the descriptor of the folder that tells how many threads this process has
CPU = Path("/proc/cpuinfo")


def library() -> Any:
    """The Python binding, which only a teacher's machine has."""
    return importlib.import_module("landlockpy")


def installed() -> bool:
    """Whether the binding is there."""
    return importlib.util.find_spec("landlockpy") is not None


@lru_cache
def version() -> int:
    """The version of Landlock that kernel and library share; 0 if either is missing."""
    return int(library().abi_version()) if installed() else 0


def keep_signals() -> None:
    """Let no signal of this process, and of all that come from it, leave the circle of them.

    Rules that say nothing of moving files from folder to folder forbid it: these allow it as far as others do.
    """
    lib = library()
    moves = lib.AccessFS.REFER
    with lib.Ruleset(handled_fs=moves, handled_net=lib.AccessNet.NONE, scoped=lib.Scope.SIGNAL) as rules:
        rules.allow_path("/", moves & rules.handled_fs)
        rules.restrict(quietly())


def quietly() -> Any:
    """Flags: what is refused is not written to the machine's log, which a submission could fill."""
    flags = library().RestrictFlag
    return flags.LOG_SAME_EXEC_OFF | flags.LOG_SUBDOMAINS_OFF


def restrict(read: Iterable[Path], write: Iterable[Path]) -> None:
    """Leave for good only `read` to be read and executed, and `write` to be written to as well.

    Of /proc, `CPU` is left and how many threads this process has, by `TASKS`. What else it tells, such as how many
    processes the machine ever had, or whether another has the same page of a file in memory, would be word from box
    to box; and a rule for that folder would be one for all below it, such as the names of the machine's networks.
    """
    tasks = os.open("/proc/self/task", os.O_RDONLY | os.O_DIRECTORY)
    os.dup2(tasks, TASKS, inheritable=False)
    os.close(tasks)
    lib = library()
    seen = lib.AccessFS.READ_FILE | lib.AccessFS.READ_DIR | lib.AccessFS.EXECUTE
    on_files = lib.AccessFS.READ_FILE | lib.AccessFS.WRITE_FILE | lib.AccessFS.TRUNCATE | lib.AccessFS.IOCTL_DEV
    with lib.Ruleset(scoped=lib.Scope.ABSTRACT_UNIX_SOCKET | lib.Scope.SIGNAL) as rules:
        for path in filter(Path.exists, [*read, CPU]):
            rules.allow_path(path, seen if path.is_dir() else seen & ~lib.AccessFS.READ_DIR)
        for path in filter(Path.exists, write):  # what a submission wrote, no kernel is to look for a loader of
            rules.allow_path(path, rules.handled_fs & ~lib.AccessFS.EXECUTE if path.is_dir() else on_files)
        rules.restrict(quietly())
