"""Inside the box: what the names of a text stand for, where it imports them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

DEEPEST = 20  # dots of a name that is given to another, time and again; nobody comes to as many
MOST = 100  # meanings of one name


class Meanings:
    """The dotted names that each name of a text stands for, in every meaning that the text gives it anywhere."""

    def __init__(self, tree: ast.Module) -> None:
        self.known: dict[str, set[str]] = defaultdict(set)
        self.lost: list[int] = []  # the lines of names that are too deep, or too many, to be followed
        for node in ast.walk(tree):
            for bound, name in imported(node):
                self.known[bound].add(name)
        for node in ast.walk(tree):
            for bound, name in self.renamed(node):
                if name.count(".") > DEEPEST or len(self.known[bound]) > MOST:
                    self.lost.append(node.lineno)  # type: ignore[attr-defined]
                else:
                    self.known[bound].add(name)

    def renamed(self, node: ast.AST) -> list[tuple[str, str]]:
        """The names that are given to what was imported, `tensor = torch.Tensor`, and what they stand for."""
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Attribute | ast.Name):
            return []
        bound = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return [(target, name) for target in bound for name in self.of(node.value) if name]

    def of(self, node: ast.expr) -> list[str]:
        """A dotted name as it is imported, in each meaning; empty if what it begins with is not imported."""
        first, *others = parts_of(node)
        return [".".join([name, *others]) for name in self.known[first]] if first in self.known else [""]


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what they stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def parts_of(node: ast.expr) -> list[str]:
    """The parts of a dotted name; the first is empty if it starts from something else than a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(parts)]
