"""Whether anything that a student must not have stands in what a student is given.

Texts are taken apart into words and signs, so that spacing does not matter. A run of 12 or more that stands in a
secret, and in nothing that is open, is a leak: word by word, or with the names of variables exchanged, as
long as enough of the run is no name. Every byte is read: members of archives, cells, outputs and metadata of
notebooks, texts within JSON, pages as a browser shows them. Compiled code is no text, so it may not be there
at all.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import html
import io
import json
import keyword
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.exercise import ROOT, Exercise
from grader.syntax import parse

RUN = 12  # words and signs
HARD, DISTINCT = 6, 5  # of them must be no variable's name, and differ, where names are exchanged

_STRING = r"""[rbfuRBFU]{0,2}(?:'''[\s\S]*?'''|\"\"\"[\s\S]*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_TOKEN = re.compile(rf"(?P<comment>#[^\n]*)|(?P<string>{_STRING})|[^\W\d]\w*|\d[\w.]*|->|[-+*/<>=!%&|^@]=?|[^\w\s]")
_IMPORT = re.compile(r"(?m)^[ \t]*(?:from [\w.]+ )?import (?:\([^)]*\)|.*)$")
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<(script|style)\b[\s\S]*?</\1>|<[^>]*>")
_KEPT = frozenset([*keyword.kwlist, *dir(builtins)])
_SOFT = frozenset("()[]{},.:=\"'#_")
_HIDDEN = re.compile(r"/(scenarios\w*|test_hidden)\.py$")
# What Python asks for, word for word, is nobody's idea.
PYTHONS = """
return self def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
trace: TracebackType | None) -> None:
"""
_COMPILED = (".pyc", ".pyo", ".so", ".pyd")

Window = bytes


@dataclass(frozen=True)
class Leak:
    """Where a run of a secret was found, and of which."""

    place: str
    secret: str
    run: str

    def __str__(self) -> str:
        return f"{self.place} holds a part of {self.secret}: {self.run}"


class Secrets:
    """The runs of secrets that stand in nothing open."""

    def __init__(
        self, secrets: Iterable[tuple[str, str]], open_texts: Iterable[str], visible: Iterable[str] = ()
    ) -> None:
        known = {mark for text in open_texts for _, mark in marks(text)}
        shown = {mark for text in visible for _, mark in marks(text)}
        owners: dict[Window, set[str]] = {}
        for name, text in secrets:
            for _, mark in marks(text):
                if mark not in known and not (mark in shown and _HIDDEN.search(name)):
                    owners.setdefault(mark, set()).add(name)
        self.owners = {mark: min(names) for mark, names in owners.items() if len(set(map(exercise_of, names))) == 1}

    @classmethod
    def of(cls, exercises: Sequence[Exercise], root: Path = ROOT) -> Secrets:
        """All that teachers keep to themselves; open are the lecture, the stubs and the sheets.

        What a hidden check shares with a visible one is the way both are written, and no secret.
        """
        opened = [
            path for kind in ("*.py", "*.md") for path in sorted((root / "assignments").glob(f"lecture/**/{kind}"))
        ]
        texts = [path.read_text(encoding="utf-8") for path in opened]
        texts += [text for item in exercises for text in (item.stub.text, item.sheet)]
        visible = [
            path for item in exercises for path in (item.room / "scenarios.py", item.room / "test_visible.py")
        ]
        return cls(secret_texts(root), [PYTHONS, *texts], [path.read_text(encoding="utf-8") for path in visible])

    def beside(self, text: str) -> Secrets:
        """The secrets that are left to somebody who has this text already."""
        own = {mark for _, mark in marks(text)}
        left = Secrets([], [])
        left.owners = {mark: owner for mark, owner in self.owners.items() if mark not in own}
        return left

    def leaks(self, place: str, content: bytes) -> Iterator[Leak]:
        """The leaks in a file; in an archive, those in each member."""
        if place.endswith(_COMPILED):
            yield Leak(place, "compiled code", "a release holds texts only")
        elif zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from self.leaks(name, name.encode())
                    yield from self.leaks(f"{place}:{name}", archive.read(name))
        else:
            for text in texts(content):
                yield from self.runs(place, text)

    def runs(self, place: str, text: str) -> Iterator[Leak]:
        """The first run of each secret in a text."""
        found: set[str] = set()
        for run, mark in marks(text):
            owner = self.owners.get(mark)
            if owner and owner not in found:
                found.add(owner)
                yield Leak(place, owner, run)


def secret_texts(root: Path) -> Iterator[tuple[str, str]]:
    """References, mistakes, hidden checks and scenarios, and the corpora: name and text.

    The docstring of a mistake is what a student reads, so it is no secret.
    """
    paths = [*sorted((root / "solutions").rglob("*.py")), *sorted((root / "tests" / "submissions").rglob("*.py"))]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(root).as_posix(), without_docstring(text)


def without_docstring(program: str) -> str:
    """A program after its docstring."""
    body = parse(program).body
    first = body[0] if body else None
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return program
    return "\n".join(program.splitlines()[first.end_lineno :])


def texts(content: bytes) -> Iterator[str]:
    """All texts in a file: itself, and if it is a page or JSON, the texts in it as they read."""
    whole = content.decode("utf-8", "replace")
    yield whole
    if "<html" in whole:
        yield as_shown(whole)
    try:
        yield from strings(json.loads(whole))
    except (ValueError, RecursionError):
        return


def as_shown(page: str) -> str:
    """The text of a page: code in colours is one word to a tag."""
    return html.unescape(_TAG.sub("", page))


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value; a list of texts also as one, as notebooks keep the lines of a cell."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)


def marks(text: str) -> Iterator[tuple[str, Window]]:
    """Every run of a text, and a mark by which the same run is known elsewhere: of its code, then of its prose."""
    text = _IMPORT.sub("", text)
    code, prose = [], []
    for found in _TOKEN.finditer(text):
        if found["comment"] or found["string"]:
            prose.append(found[0])
        if not found["comment"]:
            code.append(found[0])
    yield from code_marks(code)
    for words in map(_WORD.findall, [text, *prose]):
        for start in range(len(words) - RUN + 1):
            run = words[start : start + RUN]
            if len(set(run) - _KEPT) >= HARD:
                yield " ".join(run), digest(["words", *run])


def code_marks(code: Sequence[str]) -> Iterator[tuple[str, Window]]:
    """Runs of code, with the names of variables exchanged; those that say little without are left out."""
    variable = [is_variable(code, place) for place in range(len(code))]
    for start in range(len(code) - RUN + 1):
        run = code[start : start + RUN]
        names = variable[start : start + RUN]
        hard = [part for part, name in zip(run, names, strict=True) if not name and part not in _SOFT]
        if len(hard) >= HARD and len(set(hard)) >= DISTINCT:
            order: dict[str, str] = {}
            exchanged = [
                order.setdefault(part, f"\0{len(order)}") if name else part
                for part, name in zip(run, names, strict=True)
            ]
            yield " ".join(run), digest(exchanged)


def is_variable(parts: Sequence[str], place: int) -> bool:
    """Whether a word could be called anything else: no keyword, no builtin, nothing after a dot."""
    word = parts[place]
    return word.isidentifier() and word not in _KEPT and (place == 0 or parts[place - 1] != ".")


def exercise_of(path: str) -> str:
    """The exercise that a secret belongs to: a run that two of them hold is nobody's idea."""
    return next((part for part in path.split("/") if re.fullmatch(r"ex\d+", part)), path)


def digest(run: Sequence[str]) -> Window:
    """A short mark of a run."""
    return hashlib.blake2b("\n".join(run).encode("utf-8", "surrogatepass"), digest_size=12).digest()
