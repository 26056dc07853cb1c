"""Inside the box: code that a submission ran and that stands in no text that was looked through.

It lay in a data file, or the submission wrote it as it ran, or no text of its names it. A sign for the teacher,
never a verdict.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from grader.box.imported import imported
from grader.box.job import Job
from grader.box.loader import run_statement
from grader.box.signs import modules

OURS = f"{Path(__file__).parents[1]}/"
PACKED = "<torch_package_"  # how the names begin of code that lies among weights
IMPORTER = "<frozen "  # how the names begin of what imports modules, or runs them
CACHED = f".{sys.implementation.cache_tag}.pyc"  # what is looked for beside a text, and is compared with it


class Strangers:
    """Tells of the strange modules among those that are new since it was made, or last asked.

    Python tells of each as its code is run (PEP 578), whatever becomes of the module and its file later.
    """

    def __init__(self, job: Job, scratch: Path) -> None:
        self.scratch = scratch
        self.looked_through = {str(scratch / name): data for name, data in modules(job)}
        self.libraries = tuple(f"{place}/" for place in sys.path if place)  # before a submission adds its own
        imported.new()
        self.heard: set[str] = set()

    def listen(self, tell: Callable[[str], None]) -> None:
        """Hear from now on, for good, what this process runs, and those that come from it; tell of each at once: a
        submission may not come to its end."""
        sys.addaudithook(partial(self.hear, tell))

    def hear(self, tell: Callable[[str], None], event: str, told: tuple[Any, ...]) -> None:
        """Tell of strange code that is about to be run, or is read where it has no text."""
        match event, told:
            case "exec", (CodeType() as code,) if self.is_strange(code):
                name = self.module_of(code.co_filename)
            case "import", (_, str(file), *_) if not self.is_of_a_library(file):
                name = self.module_of(file)
            case (("cpython.PyInterpreterState_New" | "sqlite3.enable_load_extension"), _):
                raise RuntimeError(f"{event} is refused here: nobody would hear what is run.")
            case "ctypes.dlopen", (str(file),) if self.is_own(file):
                name = self.module_of(file)
            case "open", (str(file), *_) if file.endswith(".pyc") and not file.endswith(CACHED):
                name = self.module_of(file)
            case _:
                return
        if name not in self.heard:
            self.heard.add(name)
            tell(name)

    def is_strange(self, code: CodeType) -> bool:
        """Whether code is of a file that is neither a library's nor was looked through as it is."""
        file, runner = code.co_filename, sys._getframe(2).f_code
        if runner is run_statement.__code__ or is_of_no_file(file, runner) or self.is_of_a_library(file):
            return False
        text = self.looked_through.get(os.path.normpath(self.scratch / file))
        return text is None or not is_of(code, text)

    def is_of_a_library(self, file: str) -> bool:
        """Whether a file, which may have been named in a roundabout way, is a library's."""
        return os.path.normpath(file).startswith(self.libraries)

    def is_own(self, file: str) -> bool:
        """Whether what is loaded as a library is a file that lies where a submission may write."""
        return "/" in file and Path(os.path.realpath(self.scratch / file)).is_relative_to(self.scratch.parent)

    def module_of(self, file: str) -> str:
        """The name of the module that a file holds."""
        path = Path(os.path.relpath(self.scratch / file, self.scratch))
        return ".".join((path.parent if path.stem == "__init__" else path.with_suffix("")).parts)

    def names(self) -> list[str]:
        """Their names, but for those that were heard."""
        strange = (name for name in imported.new() if self.strange(name, read_from(sys.modules.get(name))))
        return [name for name in strange if name not in self.heard]

    def strange(self, name: str, place: str | None) -> bool:
        """Whether a module was read from a file that is neither a library's nor still as it was looked through, or
        from one of ours under a name that we do not use."""
        if place is not None and place.startswith(OURS):
            return not name.startswith("grader.")
        if place is None or self.is_of_a_library(place):
            return False
        path = Path(os.path.normpath(self.scratch / place))  # of an archive it may be relative
        try:
            return path.read_bytes() != self.looked_through.get(str(path))
        except OSError:
            return True


def is_of_no_file(name: str, runner: CodeType) -> bool:
    """Whether what stands for the name of code's file names none. Libraries write all sorts of things into that of
    what they make themselves; what Python imports lies in a file, and an archive may have such a name."""
    imported = "/" in name and runner.co_filename.startswith(IMPORTER)
    return name.startswith("<") and not imported and not name.startswith(PACKED)


def is_of(code: CodeType, text: bytes) -> bool:
    """Whether code is that of a module with this text."""
    try:
        return alike(compile(text, code.co_filename, "exec", dont_inherit=True), code)
    except (SyntaxError, ValueError):
        return False


def alike(one: object, other: object) -> bool:
    """Whether two pieces of code, or two constants of such, are the same; a NaN is equal to none, and a set that
    holds one is in another order each time."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    if not (isinstance(one, CodeType) and isinstance(other, CodeType)):
        return type(one) is type(other) and repr(one) == repr(other)
    constants = zip(one.co_consts, other.co_consts, strict=False)
    return one == other or (
        one.replace(co_consts=()) == other.replace(co_consts=())
        and len(one.co_consts) == len(other.co_consts)
        and all(alike(*each) for each in constants)
    )


def read_from(module: object) -> str | None:
    """The file that a module was read from. The module itself is not asked: some load only when they are."""
    if not isinstance(module, ModuleType):
        return None
    spec = ModuleType.__getattribute__(module, "__dict__").get("__spec__")
    return spec.origin if isinstance(spec, ModuleSpec) and spec.has_location else None
