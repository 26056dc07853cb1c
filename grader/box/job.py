"""What goes into the box and what comes out, as values that any transport can carry."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Literal, TypedDict

NO_DEVICE = "there is no CUDA device on this machine"
OUT_OF_MEMORY = "out of memory"
OUT_OF_TIME = "out of time"
OUT_OF_ROOM = "its files took too much room"
TOO_MANY = "it made too many processes"
UNCOUNTED = "it kept what it takes from being counted"
TOO_MUCH = "it returned more than a check can look at"
PYTHON = "Python {}.{}".format(*sys.version_info)  # grades; a student's own may be newer, and know more words
GPU = "gpu"  # the scenario of an exercise that runs apart from the others, and may see a GPU


class Skipped(TypedDict):
    """A top-level statement of a submission that raised, and so was left out."""

    where: str  # "line 61", or "cell 3, line 2"
    error: str  # the class of the error


class Loading(TypedDict):
    """How a submission became a module."""

    status: Literal["loaded", "import-error", "timeout", "out-of-memory", "killed"]
    reason: str | None
    skipped: list[Skipped]
    undefined: list[str]  # names of the stub that the submission does not define


class Seen(TypedDict, total=False):
    """What one scenario saw: `facts`, or else the one thing that kept it from seeing them."""

    facts: dict[str, Any]
    error: dict[str, Any]  # type, text, line (or None), undefined (a missing name, or None)
    timeout: float  # seconds that it was given
    killed: str  # what ended the process
    skipped: str  # why it did not run


class Observation(TypedDict):
    """Everything that was seen of one submission for one exercise."""

    walls: str
    loading: Loading
    scenarios: dict[str, Seen]
    signs: list[str]  # what looks like tampering, for teachers only
    printed: str  # the beginning of what the submission printed, for teachers only


def all_signs(*looks: Observation) -> list[str]:
    """The signs of several looks at one submission, each once."""
    return [*dict.fromkeys(chain.from_iterable(look["signs"] for look in looks))]


@dataclass(frozen=True)
class Job:
    """One submission to be observed under the scenarios of one exercise.

    A scenario module is sent as text, so that the box needs no sight of the folders it comes from.
    """

    exercise: str
    module: str
    names: tuple[str, ...]
    script: bool
    cells: tuple[str, ...]
    scenarios: tuple[tuple[str, str], ...]  # (module name, source text); in a box, one after the other has run
    files: Mapping[str, bytes] = field(default_factory=dict)
    only: tuple[str, ...] = ()  # names of the scenarios to run; none means all
    seed: int = 0  # of every generator at the start of each scenario; a verdict does not depend on it

    @cached_property
    def lines(self) -> int:
        """How many lines its cells have."""
        return sum(cell.count("\n") + 1 for cell in self.cells)

    def to_json(self) -> str:
        """One line of JSON."""
        record = asdict(self) | {"files": {k: base64.b64encode(v).decode() for k, v in self.files.items()}}
        return json.dumps(record)

    @classmethod
    def from_json(cls, line: str) -> Job:
        """The job that `to_json` wrote."""
        record = json.loads(line)
        record["files"] = {name: base64.b64decode(text) for name, text in record["files"].items()}
        record["scenarios"] = tuple((name, text) for name, text in record["scenarios"])
        for key in ("names", "cells", "only"):
            record[key] = tuple(record[key])
        return cls(**record)
