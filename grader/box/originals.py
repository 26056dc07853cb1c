"""Inside the box: what a submission put in the place of functions that others in its process call.

A submission that knows of this can hide from it, and forge what it says: a sign for the teacher, never a verdict.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, compress
from operator import attrgetter, is_
from pathlib import Path
from types import CellType, FunctionType, ModuleType

from grader.box import texts
from grader.box.harmless import is_setting

HOOKED = ("torch.nn.modules.module", "torch.optim.optimizer")  # they hold the hooks into all modules and optimizers
LIBRARIES = (
    "torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils.data",
    "torch.func", "torch.autograd", "torch.nn.init", "numpy", "numpy.random", "json", "json.encoder", "math",
    "random", "builtins", "os", "sys", "abc", "inspect", "functools", "itertools", "collections", "contextlib",
    "copy", "lecture",
)  # fmt: skip
PACKAGES = ("torch.nn.", "torch.optim.", "torch.utils.data.", "torch.autograd.")  # whose modules are libraries, too
WITNESSES = [f"grader.box.{name}" for name in ("observer", "facts", "passes", "trace")]  # who tell what a run does
CLASSES = (
    "torch.Tensor", "torch.nn.Module", "torch.optim.Optimizer", "torch.optim.SGD", "torch.optim.Adam",
    "abc.ABCMeta",
)  # fmt: skip
EMPTY = CellType()
CODE, DEFAULTS = attrgetter("__code__"), attrgetter("__defaults__")
HOLDERS = (dict, list, tuple, set, partial)


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
        changed += [name for name in self.contents if not self.holds(name)]
        return [name for each in changed if not is_setting(name := f"{self.owner}.{each}")]

    def holds(self, *only: str) -> bool:
        """Whether all that something held, or one of these, is the very same."""
        within = ((self.contents[name], content(self.held[name])) for name in only or self.contents)
        return all(len(some) == len(others) and all(map(is_, some, others)) for some, others in within)


class Snapshot:
    """Some originals, made when they were, and looked at all at once: that all is as it was, which it mostly is, is
    told without a line of Python for each name."""

    def __init__(self, those: Sequence[Originals]) -> None:
        self.those = those
        self.modules = {each.owner: each.place for each in those if isinstance(each.place, ModuleType)}
        self.spaces = [*map(vars, dict.fromkeys(owner for each in those for owner in owners(each.place)))]
        self.names = [*chain.from_iterable(self.spaces)]
        held = {id(value) for each in those for value in each.held.values()}
        self.counted = [id(value) in held for value in self.everything()]
        self.values = [*self.now()]
        insides = {id(inside[1]): inside[1:] for each in those for inside in each.insides}  # of many classes, some
        self.functions = [function for function, _, _ in insides.values()]
        self.codes = [code for _, code, _ in insides.values()]
        self.defaults = [defaults for *_, defaults in insides.values()]

    def replaced(self) -> list[str]:
        """The full names of all that was replaced by now."""
        return [] if self.stands() else [name for each in self.those for name in each.replaced()]

    def stands(self) -> bool:
        """Whether all is as it was; what is not may still be no more than a setting."""
        return (
            sum(map(len, self.spaces)) == len(self.names)
            and all(map(is_, map(sys.modules.get, self.modules), self.modules.values()))
            and all(map(is_, chain.from_iterable(self.spaces), self.names))
            and all(map(is_, self.now(), self.values))
            and all(map(is_, map(CODE, self.functions), self.codes))
            and all(map(is_, map(DEFAULTS, self.functions), self.defaults))
            and all(each.holds() for each in self.those)
        )

    def now(self) -> Iterator[object]:
        """What stands now where something is held: not the streams, of which each run has its own."""
        return compress(self.everything(), self.counted)

    def everything(self) -> Iterator[object]:
        """All that stands in the namespaces now."""
        return chain.from_iterable(space.values() for space in self.spaces)


def of_scenarios(exercise: str) -> list[Originals]:
    """The same of an exercise's scenarios, of whose modules those that are there now."""
    places = texts.modules().items()
    return [original(name, module) for name, module in places if name.split(".")[-2] == exercise]


def is_of_scenarios(name: str) -> bool:
    """Whether a module is one of an exercise's scenarios."""
    return name.startswith(("grader.", "solutions.")) and name.rpartition(".")[2].startswith("scenarios")


@cache
def snapshots() -> tuple[Snapshot, Snapshot]:
    """What the box's modules, the libraries and some classes have when this is first asked: all of it, and what is
    looked at again. The warm process asks, so that no run has to make it for itself."""
    those = originals()
    return Snapshot(those), Snapshot(looked_at_again(those))


def originals() -> list[Originals]:
    """What the modules of the box, the libraries and some classes have now."""
    ours = [name for name in sys.modules if name.startswith("grader.") and not is_of_scenarios(name)]
    places: dict[str, object] = {name: sys.modules[name] for name in ours}
    note = pkgutil.iter_modules(importlib.import_module("lecture").__path__, "lecture.")
    places |= {each.name: importlib.import_module(each.name) for each in note}
    places |= {f"{name}.{kind.__name__}": kind for name in [*places] for kind in classes_of(name)}
    parts = [name for name in sys.modules if name.startswith(PACKAGES)]
    places |= {name: importlib.import_module(name) for name in (*LIBRARIES, *parts)}
    layers = [kind for kind in vars(places["torch.nn"]).values() if isinstance(kind, type)]
    places |= {f"torch.nn.{kind.__name__}": kind for kind in layers}
    places |= {name: getattr(places[name.rpartition(".")[0]], name.rpartition(".")[2]) for name in CLASSES}
    return [original(owner, place) for owner, place in places.items()]


def classes_of(module: str) -> list[type]:
    """The classes that a module makes itself."""
    values = vars(sys.modules[module]).values()
    return [value for value in values if isinstance(value, type) and value.__module__ == module]


def original(owner: str, place: object) -> Originals:
    """What a module or a class has now; looking again after each scenario is to cost next to nothing."""
    found = names(place)
    held = {name: value for name, value in found.items() if counts(value)}
    whole = {name: value for name, value in found.items() if counts_whole(owner, name)}
    contents = {name: content(value) for name, value in whole.items() if isinstance(value, HOLDERS)}
    functions = [(name, value) for name, value in found.items() if isinstance(value, FunctionType)]
    insides = [(name, each, each.__code__, each.__defaults__) for name, each in functions]
    return Originals(owner, place, held | whole, contents, insides)


def counts(value: object) -> bool:
    """Whether something of a module or a class is used as it is: what can be called, or a module within another."""
    return callable(value) or is_property(value) or isinstance(value, ModuleType)


def counts_whole(owner: str, name: str) -> bool:
    """Whether something of a module counts with all that is in it: what others see by, or hooks into everything."""
    if owner in HOOKED:
        return name.startswith("_global_") and name.endswith("_hooks")  # the rest are notes of what hooks want
    whole = owner in WITNESSES or is_of_scenarios(owner) or owner.startswith("lecture.")
    return whole and not name.startswith("__")


def content(value: object, depth: int = 4) -> list[object]:
    """All that a list, a dict or the like holds, and what is in that; of anything else nothing."""
    if isinstance(value, partial):
        value = [value.args, value.keywords]
    if not isinstance(value, dict | list | tuple | set) or not depth:
        return []
    found: list[object] = [*value, *value.values()] if isinstance(value, dict) else [*value]
    return [*found, *(each for item in found if isinstance(item, HOLDERS) for each in content(item, depth - 1))]


def names(place: object) -> dict[str, object]:
    """All that a module or a class has; what a class has from others, a submission may give it anew. Not what it
    has from another library's class, which that library may change: PyTorch's compiler does."""
    return {name: value for owner in owners(place) for name, value in vars(owner).items()}


def owners(place: object) -> list[object]:
    """In what these stand: a module itself, or classes, of which the last goes first."""
    if not isinstance(place, type):
        return [place]
    own = (library(place), "builtins")
    return [owner for owner in reversed(place.__mro__) if library(owner) in own]


def library(kind: type) -> str:
    """The library that a class is of."""
    return kind.__module__.partition(".")[0]


def is_property(value: object) -> bool:
    """Whether something of a class is read as if it were plain: a property, or a method of the class itself."""
    return isinstance(value, property | classmethod)


def looked_at_again(before: Iterable[Originals]) -> list[Originals]:
    """Those of the box, and the classes of the libraries, after each scenario. To look at all others once more in
    each fork would copy their memory."""
    ours = [each for each in before if each.owner.startswith("grader.")]
    return [*ours, *(each for each in before if each.owner in CLASSES)]


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
