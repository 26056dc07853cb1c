"""Inside the box: what looks like tampering in a submission's text, and is what honest programs write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from grader.box.loader import NO_PYTHON

MAY_BE_OWN = {"eval", "compile"}  # what honest programs call functions and switches of their own
COMPILERS = {"re.compile", "torch.compile"}  # which are imported by this name
NAMESPACES = {"globals", "vars", "locals"}  # in which a name may be changed without being written as one
# What libraries let a program set: each function that seeds all there is does
SETTINGS = re.compile(
    r"torch\.backends(?:\.\w+){0,2}\.(?:allow_\w+|benchmark|deterministic|enabled|fp32_precision)"
    r"|torch\._dynamo\.config\.\w+|sys\.(?:argv|path|stdout|stderr|excepthook|dont_write_bytecode)"
    r"|warnings\.(?:showwarning|formatwarning)|threading\.excepthook|logging\.\w+"
)


def is_setting(name: str) -> bool:
    """Whether a dotted name is one that its library lets a program set."""
    return SETTINGS.fullmatch(name) is not None


def harmless(tree: ast.Module) -> Iterator[ast.expr]:
    """What is only asked whether a text is in it, as notebooks ask `"google.colab" in sys.modules`, the environment
    where something of it is set, and what a function's argument hides: `def run(loader, eval=False)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=ast.Constant(), ops=[ast.In() | ast.NotIn()], comparators=[asked]):
                yield asked
            case ast.Subscript(value=ast.Attribute(ast.Name("os"), "environ") as environment, ctx=ast.Store()):
                yield environment
            case ast.Call(func=ast.Attribute(ast.Attribute(ast.Name("os"), "environ"), "setdefault") as setting):
                yield setting
            case ast.FunctionDef(args=arguments, body=body):
                every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
                bound = {each.arg for each in every} & MAY_BE_OWN
                inside = (each for statement in body for each in ast.walk(statement))
                yield from (each for each in inside if isinstance(each, ast.Name) and each.id in bound)


def own_functions(trees: Iterable[ast.Module]) -> set[str]:
    """The functions of a program's own that hide a built-in of the same name, but those whose name may still be the
    built-in's: it is read before, outside of functions, which run later, it is written again or deleted, or its
    definition may fail."""
    own: set[str] = set()
    unsure: set[str] = set()
    for statement in (statement for tree in trees for statement in tree.body):
        nodes = [*ast.walk(statement)]
        names = [node for node in nodes if isinstance(node, ast.Name)]
        unsure |= {name.id for name in names if not isinstance(name.ctx, ast.Load)}
        unsure |= {bound for node in nodes for bound in bound_elsewhere(node)}
        if not isinstance(statement, ast.FunctionDef) or not is_sure(statement):
            unsure |= {name.id for name in names} - own
        elif statement.name in MAY_BE_OWN and compiles(statement):
            own.add(statement.name)
        if NAMESPACES & {name.id for name in names}:
            return set()
    return own - unsure


def bound_elsewhere(node: ast.AST) -> Iterator[str]:
    """The names that something binds, or deletes at its end, and that stand in no node of their own."""
    match node:
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def is_sure(function: ast.FunctionDef) -> bool:
    """Whether nothing runs as a function is defined, and could fail."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    runs = [*function.decorator_list, function.returns, *(each and each.annotation for each in every)]
    runs += [each for each in (*arguments.defaults, *arguments.kw_defaults) if not isinstance(each, ast.Constant)]
    return not any(runs)


def compiles(function: ast.FunctionDef) -> bool:
    """Whether a function that can be read can be made, too: not `def eval(text, text)`."""
    try:
        compile(ast.Module([function], []), "function", "exec")
    except NO_PYTHON:
        return False
    return True
