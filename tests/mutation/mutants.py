"""The mutants of a reference: programs that differ from it in one small thing that it does.

mutmut finds the places and makes the changes, with its own operators and ours. Only its generator is used: it
would run a fresh pytest for each mutant, while a warm box observes one in a second.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import ndiff

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

from grader.exercise import Exercise
from tests.mutation.operators import OPERATORS


@dataclass(frozen=True)
class Mutant:
    """One change: the lines of the reference that it replaces, by which ones, and in which function."""

    exercise: str
    function: str
    before: str
    after: str
    source: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        lines = [f"{self.exercise}, {self.function}:"]
        lines += [f"  - {line}" for line in self.before.splitlines()]
        lines += [f"  + {line}" for line in self.after.splitlines()]
        return "\n".join(lines)


def mutants(item: Exercise) -> list[Mutant]:
    """All mutants of an exercise's reference that do something else than it does, each of them once."""
    text = item.reference.read_text(encoding="utf-8")
    found: dict[str, Mutant] = {}
    for function, source in changes(text):
        before, after = difference(text, source)
        found.setdefault(behaviour(source), Mutant(item.id, function, before, after, source))
    found.pop(behaviour(text), None)
    return list(found.values())


def changes(text: str) -> Iterator[tuple[str, str]]:
    """Every program that one mutation makes of `text`, with the function that it changes ("" outside of any)."""
    nothing = IgnoredCode(set(), set(), set())
    visitor = Visitor([*mutation_operators, *OPERATORS], nothing)
    module = MetadataWrapper(cst.parse_module(text)).visit(visitor)
    for mutation in visitor.mutations:
        function = mutation.contained_by_top_level_function
        source = cst.ensure_type(module.deep_replace(mutation.original_node, mutation.mutated_node), cst.Module)
        yield function.name.value if isinstance(function, cst.FunctionDef) else "", source.code


class Visitor(MutationVisitor):
    """mutmut leaves decorated functions alone, for the way in which it runs mutants; here they are as any other."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


def difference(text: str, source: str) -> tuple[str, str]:
    """The lines that only the first program has, and those that only the second one has, without their indent."""
    lines = list(ndiff(text.splitlines(), source.splitlines()))
    only = {sign: [line[2:].strip() for line in lines if line.startswith(sign)] for sign in "-+"}
    return "\n".join(only["-"]), "\n".join(only["+"])


def behaviour(source: str) -> str:
    """What a program does: its code without docstrings, type hints and the texts of its errors.

    Two programs with the same behaviour are one mutant, and one with the reference's is none.
    """
    return ast.unparse(Doing().visit(ast.parse(source)))


class Doing(ast.NodeTransformer):
    """Takes out of a syntax tree what is said for the reader only."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """A docstring, or any other value that nobody uses, goes."""
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """The hint of an argument goes."""
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """The hint of what comes back goes."""
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """The hint of a variable goes."""
        return ast.copy_location(ast.Assign([node.target], node.value), node) if node.value else None

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        """A name for a type goes: the references write one as a class is written, in capitalised words."""
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return None if any(name.istitle() for name in names) else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """An import for type hints goes."""
        return None if "TYPE_CHECKING" in ast.unparse(node.test) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """The text of an error goes, its kind stays."""
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        return node
