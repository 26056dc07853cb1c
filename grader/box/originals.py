"""Inside the box: what a submission put in the place of functions that others in its process call.

A submission that knows of this can hide from it, and forge what it says: a sign for the teacher, never a verdict.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import is_
from pathlib import Path

LIBRARIES = (
    "torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils.data",
    "numpy", "json", "math", "random", "builtins", "os", "sys", "lecture",
)  # fmt: skip
CLASSES = ("torch.Tensor", "torch.nn.Module", "torch.optim.Optimizer", "torch.optim.SGD", "torch.optim.Adam")


@dataclass(frozen=True)
class Originals:
    """A module or a class, and the functions and classes that it had, each as it was."""

    owner: str
    place: object
    callables: Mapping[str, list[object]]

    def replaced(self) -> list[str]:
        """The full names of those that are others now, unless their own library made the change, as PyTorch's
        compiler does."""
        now = names(self.place)
        changed = [
            name for name, parts in self.callables.items() if not all(map(is_, parts, parts_of(now.get(name))))
        ]
        return [f"{self.owner}.{name}" for name in changed if not made_by(self.owner, now.get(name))]


def originals() -> list[Originals]:
    """What the modules of the box, the libraries and some classes have now."""
    places: dict[str, object] = {name: sys.modules[name] for name in sys.modules if name.startswith("grader.")}
    places |= {name: importlib.import_module(name) for name in LIBRARIES}
    places |= {name: getattr(places[name.rpartition(".")[0]], name.rpartition(".")[2]) for name in CLASSES}
    return [
        Originals(owner, place, {name: parts_of(value) for name, value in names(place).items() if callable(value)})
        for owner, place in places.items()
    ]


def parts_of(function: object) -> list[object]:
    """What tells a function from one in its place, and from itself with other insides."""
    return [function, *(getattr(function, part, None) for part in ("__code__", "__defaults__", "__kwdefaults__"))]


def names(place: object) -> dict[str, object]:
    """All that a module or a class has; what a class has from others, a submission may give it anew."""
    owners = reversed(place.__mro__) if isinstance(place, type) else [place]
    return {name: value for owner in owners for name, value in vars(owner).items()}


def replaced(before: Iterable[Originals]) -> list[str]:
    """The full names of all that a submission has replaced by now."""
    return [name for each in before for name in each.replaced()]


def made_by(owner: str, function: object) -> bool:
    """Whether the code of a function lies in the folder of the library that it belongs to, or a class is one of it:
    `torch.Storage` goes with the default dtype."""
    root = owner.partition(".")[0]
    if isinstance(function, type):
        return root == function.__module__.partition(".")[0]
    library = Path(getattr(sys.modules[root], "__file__", None) or "none").parent
    filename = getattr(getattr(function, "__code__", None), "co_filename", "")
    return not owner.startswith("grader.") and str(filename).startswith(f"{library}/")
