"""Inside the box: modules that a submission imported and that are no file that was handed in.

Such a module stands in no text that was looked through: it lay in a data file, or the submission wrote it as it
ran. A sign for the teacher, never a verdict.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from grader.box.job import Job

OURS = f"{Path(__file__).parents[1]}/"


class Strangers:
    """Tells of the strange modules among those that are new since it was made, or last asked."""

    def __init__(self, job: Job, scratch: Path) -> None:
        self.scratch = scratch
        self.handed_in = {scratch / name: data for name, data in job.files.items() if name.endswith(".py")}
        self.libraries = tuple(f"{place}/" for place in sys.path if place)  # before a submission adds its own
        self.known = set(sys.modules)

    def names(self) -> list[str]:
        """Their names."""
        new = [name for name in [*sys.modules] if name not in self.known]
        self.known.update(new)
        return [name for name in new if self.strange(name, read_from(sys.modules.get(name)))]

    def strange(self, name: str, place: str | None) -> bool:
        """Whether a module was read from a file that is neither a library's nor still as it was handed in, or from
        one of ours under a name that we do not use."""
        if place is not None and place.startswith(OURS):
            return not name.startswith("grader.")
        if place is None or place.startswith(self.libraries):
            return False
        path = Path(os.path.normpath(self.scratch / place))  # of an archive it may be relative
        try:
            return path not in self.handed_in or path.read_bytes() != self.handed_in[path]
        except OSError:
            return True


def read_from(module: object) -> str | None:
    """The file that a module was read from. The module itself is not asked: some load only when they are."""
    if not isinstance(module, ModuleType):
        return None
    spec = ModuleType.__getattribute__(module, "__dict__").get("__spec__")
    return spec.origin if isinstance(spec, ModuleSpec) and spec.has_location else None
