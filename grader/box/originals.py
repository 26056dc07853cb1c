"""Inside the box: what a submission put in the place of functions that others in its process call.

A submission that knows of this can hide from it, and forge what it says: a sign for the teacher, never a verdict.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import CellType, FunctionType, ModuleType

from grader.box.harmless import is_setting

LIBRARIES = (
    "torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils.data",
    "numpy", "json", "json.encoder", "math", "random", "builtins", "os", "sys", "abc", "inspect", "lecture",
)  # fmt: skip
BOX = ("grader.box.observer", "grader.box.facts")  # they name what a scenario shows
CLASSES = (
    "torch.Tensor", "torch.nn.Module", "torch.optim.Optimizer", "torch.optim.SGD", "torch.optim.Adam",
    "abc.ABCMeta",
)  # fmt: skip
EMPTY = CellType()


@dataclass(frozen=True)
class Originals:
    """A module or a class, the functions and classes that it had, of some all there was and what that held, and
    what Python's own functions were made of."""

    owner: str
    place: object
    held: Mapping[str, object]
    contents: Mapping[str, Sequence[object]]
    insides: Sequence[tuple[str, FunctionType, object, object]]

    def replaced(self) -> list[str]:
        """The full names of those that are others now, unless their own library made the change, as PyTorch's
        compiler does."""
        if isinstance(self.place, ModuleType) and sys.modules.get(self.owner) is not self.place:
            return [self.owner]
        now = names(self.place)
        changed = [name for name, value in self.held.items() if now.get(name) is not value]
        changed = [name for name in changed if not made_by(self.owner, now.get(name))]
        changed += [
            name
            for name, function, code, defaults in self.insides
            if function.__code__ is not code or function.__defaults__ is not defaults
        ]
        changed += [name for name, within in self.contents.items() if not same(within, content(self.held[name]))]
        return [name for each in changed if not is_setting(name := f"{self.owner}.{each}")]


def of_scenarios() -> list[Originals]:
    """The same of the scenarios' modules that are there now: of an exercise, and so of no use to keep."""
    return [original(name, module) for name, module in [*sys.modules.items()] if is_of_scenarios(name)]


def is_of_scenarios(name: str) -> bool:
    """Whether a module is one of an exercise's scenarios."""
    return name.startswith(("grader.", "solutions.")) and name.rpartition(".")[2].startswith("scenarios")


@cache
def originals() -> list[Originals]:
    """What the modules of the box, the libraries and some classes have when this is first asked: the warm process
    asks, so that no run has to make it for itself."""
    ours = [name for name in sys.modules if name.startswith("grader.") and not is_of_scenarios(name)]
    places: dict[str, object] = {name: sys.modules[name] for name in ours}
    places |= {f"{name}.{kind.__name__}": kind for name in [*places] for kind in classes_of(name)}
    places |= {name: importlib.import_module(name) for name in LIBRARIES}
    places |= {name: getattr(places[name.rpartition(".")[0]], name.rpartition(".")[2]) for name in CLASSES}
    return [original(owner, place) for owner, place in places.items()]


def classes_of(module: str) -> list[type]:
    """The classes that a module makes itself."""
    values = vars(sys.modules[module]).values()
    return [value for value in values if isinstance(value, type) and value.__module__ == module]


def original(owner: str, place: object) -> Originals:
    """What a module or a class has now; looking again after each scenario is to cost next to nothing."""
    found = names(place)
    held = {name: value for name, value in found.items() if callable(value) or is_property(value)}
    contents: dict[str, list[object]] = {}
    if owner in BOX or is_of_scenarios(owner):  # all that is in them counts
        held |= {name: value for name, value in found.items() if not name.startswith("__")}
        contents = {name: within for name, value in held.items() if (within := content(value))}
    functions = [(name, value) for name, value in found.items() if isinstance(value, FunctionType)]
    insides = [(name, each, each.__code__, each.__defaults__) for name, each in functions]
    return Originals(owner, place, held, contents, insides)


def content(value: object, depth: int = 4) -> list[object]:
    """All that a list, a dict or the like holds, and what is in that; of anything else nothing."""
    if isinstance(value, partial):
        value = [value.args, value.keywords]
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    if not isinstance(inner, list | tuple | set) or not depth:
        return []
    return [each for item in inner for each in (item, *content(item, depth - 1))]


def same(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether some objects are the very same as others."""
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


def names(place: object) -> dict[str, object]:
    """All that a module or a class has; what a class has from others, a submission may give it anew. Not what it
    has from another library's class, which that library may change: PyTorch's compiler does."""
    if not isinstance(place, type):
        return dict(vars(place))
    own = (library(place), "builtins")
    owners = [owner for owner in reversed(place.__mro__) if library(owner) in own]
    return {name: value for owner in owners for name, value in vars(owner).items()}


def library(kind: type) -> str:
    """The library that a class is of."""
    return kind.__module__.partition(".")[0]


def is_property(value: object) -> bool:
    """Whether something of a class is read as if it were plain: a property, or a method of the class itself."""
    return isinstance(value, property | classmethod)


def looked_at_again(before: Iterable[Originals]) -> list[Originals]:
    """Those of the box and of scenarios, and the classes of the libraries: 0.3 ms after each scenario. To look at
    all others once more in each fork would copy their memory."""
    ours = [each for each in before if each.owner.startswith("grader.") or is_of_scenarios(each.owner)]
    return [*ours, *(each for each in before if each.owner in CLASSES)]


def replaced(before: Iterable[Originals]) -> list[str]:
    """The full names of all that a submission has replaced by now."""
    return [name for each in before for name in each.replaced()]


def made_by(owner: str, function: object) -> bool:
    """Whether the code of a function lies in the folder of the library that it belongs to, or a class is one of it:
    `torch.Storage` goes with the default dtype."""
    root = owner.partition(".")[0]
    if root in ("grader", "solutions"):
        return False
    if isinstance(function, type):
        return root == library(function)
    folder = Path(getattr(sys.modules[root], "__file__", None) or "none").parent
    files = [each.__code__.co_filename for each in within(function)]
    return bool(files) and all(file.startswith(f"{folder}/") for file in files)


def within(function: object, depth: int = 4) -> list[FunctionType]:
    """A function of Python's, and those that it holds, as what a library's decorator returns does."""
    if not isinstance(function, FunctionType) or not depth:
        return []
    cells = [cell.cell_contents for cell in function.__closure__ or () if cell != EMPTY]
    return [function, *(each for held in cells for each in within(held, depth - 1))]
