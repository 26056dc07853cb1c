"""Inside the box: Landlock, the kernel's own wall around files and signals, where kernel and library have it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path


def version() -> int:
    """The version of Landlock that kernel and library share; 0 if either is missing."""
    if importlib.util.find_spec("landlockpy") is None:
        return 0
    import landlockpy

    return int(landlockpy.abi_version())


def restrict(read: Iterable[Path], write: Iterable[Path]) -> None:
    """Leave for good only `read` to be read and executed, and `write` to be written to as well."""
    import landlockpy
    from landlockpy import AccessFS, Scope

    seen = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
    with landlockpy.Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
        for path in read:
            rules.allow_path(path, seen)
        for path in write:
            rules.allow_path(path, rules.handled_fs)
        rules.restrict()
