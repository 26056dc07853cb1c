"""Inside the box: what a submission's text shows that a teacher may want to look at. It costs no points.

Most students who use one of these mean no harm: a sign is a line to read, not a verdict.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.util import decode_source, find_spec

from grader.box import limits
from grader.box.harmless import COMPILERS, harmless, is_setting, own_functions
from grader.box.job import Job
from grader.box.loader import NO_PYTHON, parse_cell
from grader.box.meanings import Meanings, imported, parts_of
from grader.box.touches import (
    CHECK,
    DYNAMIC,
    FRAMES,
    HOLDS_CODE,
    LIBRARY,
    OF_OWN,
    OTHERS,
    OURS,
    OWN,
    PLACES,
    ROADS,
    told_by,
)

OPAQUE = "what begins here cannot be looked through"
LONGEST = 500_000  # characters or bytes that are looked through in a reasonable time; nobody writes as many
Part = tuple[str, ast.Module | None]
"""The words for a place in some text, and its tree; none of what cannot be looked through."""


def signs(job: Job) -> list[str]:
    """Each sign with its line, in the order of the text, what is allowed after all others; no more than a teacher
    reads."""
    found: dict[str, None] = {}
    for program in programs(job):
        own = own_functions([tree for _, tree in program if tree])
        for place, tree in program:
            marks = looked_through(tree, own) if tree else [(1, OPAQUE)]
            told = [(line, words) for line, words in marks if not (OWN in job.files and OF_OWN.match(words))]
            found |= {f"{place} {line}: {words}": None for line, words in told}
    return sorted(found, key=lambda sign: sign.endswith(LIBRARY))[: limits.SIGNS]


def suspicious(found: Iterable[str]) -> list[str]:
    """The signs among some that are a reason to look: what is allowed is none, or it would be for every second
    student."""
    return [sign for sign in found if not sign.endswith(LIBRARY)]


def programs(job: Job) -> Iterator[list[Part]]:
    """All that a submission may run, as it is run: its cells, which share their names, and each module that it
    names."""
    yield [*cells(job)]
    for name, data in modules(job):
        yield [(f"{name}, line", tree_of(data))]


def cells(job: Job) -> Iterator[Part]:
    """The cells of a submission. One that is no Python does not run."""
    for position, cell in enumerate(job.cells, start=1):
        with contextlib.suppress(*NO_PYTHON):
            tree = None if len(cell) > LONGEST else ast.parse(cell) if job.script else parse_cell(cell)
            yield "line" if job.script else f"cell {position}, line", tree


def modules(job: Job) -> Iterator[tuple[str, bytes]]:
    """The modules of a student's own that a submission names, or that go before a library's for all who import."""
    beside = {name: data for name, data in job.files.items() if name.endswith(".py")}
    texts = [data.decode("utf-8", "replace") for data in beside.values()]
    as_read = unicodedata.normalize("NFKC", "\n".join([*job.cells, *texts]))  # by Python
    words = set(re.findall(r"\w+", as_read))
    for name, data in beside.items():
        if words & set(name.removesuffix(".py").split("/")) or has_namesake(name):
            yield name, data


def has_namesake(file: str) -> bool:
    """Whether a module of a student's own bears the name of a library's."""
    root = file.partition("/")[0].removesuffix(".py")
    with contextlib.suppress(ValueError):  # of a module that is there and came from nowhere
        return root in sys.stdlib_module_names or (root.isidentifier() and find_spec(root) is not None)
    return True


def tree_of(module: bytes) -> ast.Module | None:
    """The tree of a module, read in the encoding that it names; None if it cannot be looked through."""
    try:
        return ast.parse(decode_source(module)) if len(module) <= LONGEST else None
    except (*NO_PYTHON, LookupError):
        return None


def looked_through(tree: ast.Module, own: set[str]) -> list[tuple[int, str]]:
    """The line and the words of each sign, in the order of the lines."""
    try:
        return sorted(marks_of(tree, own))
    except Exception:  # Python runs what nobody thought of here: it costs no points
        return [(1, OPAQUE)]


def marks_of(tree: ast.Module, own: set[str]) -> Iterator[tuple[int, str]]:
    """The line and the words of each sign, in no order; `own` are functions that are no built-in's, whatever their
    name."""
    meanings = Meanings(tree)
    yield from ((line, OPAQUE) for line in meanings.lost)
    for node in ast.walk(tree):
        yield from ((node.lineno, words) for words in told_alone(node, meanings))  # type: ignore[attr-defined]
    for node in names_and_texts(tree):
        if isinstance(node, ast.Constant):
            yield from ((node.lineno, f"{place} is named") for place in PLACES.findall(text_of(node)))
        else:
            yield from ((node.lineno, words) for words in used(node, meanings, own))


def told_alone(node: ast.AST, meanings: Meanings) -> Iterator[str]:
    """What a part of a text tells, whatever it is part of."""
    match node:
        case ast.Import() | ast.ImportFrom():
            whole = node.names if isinstance(node, ast.Import) else []
            names = [alias.name for alias in whole] or [name for _, name in imported(node)]
            yield from (f"{name} is imported" for name in names if OURS & {*name.split(".")} and name not in CHECK)
        case ast.Call():
            yield from called(node, meanings)
        case ast.Constant(value=str() | bytes()):
            parts = re.split(r"[.{}\[\]!:]", text_of(node))  # as `attrgetter` and `format` take them
            yield from (f"{part} looks into running code" for part in parts if part in FRAMES)
        case ast.FunctionDef(name="__torch_function__" | "__torch_dispatch__"):
            yield f"{node.name} answers in PyTorch's place"


def used(node: ast.Attribute | ast.Name, meanings: Meanings, own: set[str]) -> Iterator[str]:
    """What a dotted name tells, in each of its meanings."""
    parts = parts_of(node)
    yield from (f"{part} looks into running code" for part in parts if part in FRAMES)
    for name in meanings.of(node):
        if parts[-1] == "__dict__" and is_of_a_library(name):
            yield f"{name.removesuffix('.__dict__')} is opened as a dict"
        if isinstance(node.ctx, ast.Store) and len(parts) > 1 and is_of_others(name):
            yield f"{name} is replaced"
        if name.partition(".")[0] == CHECK[0] and name != CHECK[1]:
            yield f"{name} is used"
        yield from told_by(name)
        runs = len(parts) == 1 and parts[0] in DYNAMIC.keys() - own and not isinstance(node.ctx, ast.Store)
        if runs and name not in COMPILERS:  # of another, the import may fail
            yield f"{parts[0]} {DYNAMIC[parts[0]]}"


def called(node: ast.Call, meanings: Meanings) -> Iterator[str]:
    """What a call tells that comes to the same as a dotted name, or as an import of one."""
    match node:
        case ast.Call(func=ast.Name(id="open") | ast.Attribute(attr="open"), args=[ast.Constant(value=int()), *_]):
            yield "open opens a descriptor"
        case ast.Call() if HOLDS_CODE & {(key.arg, value_of(key.value)) for key in node.keywords}:
            yield f"{parts_of(node.func)[-1]} reads objects that may hold code"
        case ast.Call(func=ast.Name(id="vars"), args=[thing]):
            yield from (f"{name} is opened as a dict" for name in meanings.of(thing) if is_of_a_library(name))
        case ast.Call(func=ast.Name(id=word), args=[thing, key, *_]):
            value = value_of(key)
            written = value if isinstance(value, str) else "?"
            for name in meanings.of(thing):
                yield from handled(word, name, written)


def handled(word: str, name: str, written: str) -> Iterator[str]:
    """What a call of `setattr` or its like tells: of what, and the name that is written out in it."""
    if word in ("setattr", "delattr") and is_of_others(f"{name}.{written}"):
        yield f"{name}.{written} is replaced"
    elif word == "getattr" and written != "?" and name:
        yield from told_by(f"{name}.{written}")
    elif word == "getattr" and name.rpartition(".")[2] in ROADS | OURS:
        yield f"{name} is asked for a name that is not written out"


def is_of_others(name: str) -> bool:
    """Whether what has a dotted name is a library's or the kit's, and nothing that they let a program set."""
    return is_of_a_library(name) and not is_setting(name)


def is_of_a_library(name: str) -> bool:
    """Whether what has a dotted name is a library's, or the kit's."""
    return name.partition(".")[0] in OTHERS


def text_of(node: ast.Constant) -> str:
    """A text in quotes; of bytes, each as a character."""
    return node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)


def value_of(node: ast.expr) -> object:
    """A constant's value; None of anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def names_and_texts(tree: ast.Module) -> Iterator[ast.Attribute | ast.Name | ast.Constant]:
    """Every dotted name, whole, but where it is harmless, and every text in quotes."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    inner |= {id(node) for node in harmless(tree)}
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        if text or (isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner):
            yield node  # type: ignore[misc]
