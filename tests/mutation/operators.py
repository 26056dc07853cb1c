"""Mutations that mutmut does not make and that these exercises need: what is forgotten or inverted."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m


def forgotten(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """A call that is made for its effect (`optimizer.zero_grad()`), a yield or a raise is left out."""
    if m.matches(node.body[0], m.Raise() | m.Expr(m.Call() | m.Yield())):
        yield node.with_changes(body=[cst.Pass()])


def inverted(node: cst.If | cst.While) -> Iterator[cst.CSTNode]:
    """A condition is turned round."""
    test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))


def smaller(node: cst.Integer | cst.Float) -> Iterator[cst.CSTNode]:
    """A number is made smaller by one; mutmut makes it larger."""
    yield cst.parse_expression(f"({node.evaluated_value - 1!r})")


def unrun(node: cst.For | cst.CompFor) -> Iterator[cst.CSTNode]:
    """A loop goes over nothing."""
    yield node.with_changes(iter=cst.List([]))


def undecorated(node: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """A function loses its decorators."""
    if node.decorators:
        yield node.with_changes(decorators=[])


OPERATORS = (
    (cst.SimpleStatementLine, forgotten),
    (cst.If, inverted),
    (cst.While, inverted),
    (cst.Integer, smaller),
    (cst.Float, smaller),
    (cst.For, unrun),
    (cst.CompFor, unrun),
    (cst.FunctionDef, undecorated),
)
