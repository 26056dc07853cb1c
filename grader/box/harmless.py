"""Inside the box: what looks like tampering in a submission's text, and is what honest programs write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from grader.box.loader import NO_PYTHON
from grader.box.meanings import Meanings, parts_of

MAY_BE_OWN = {"eval", "compile"}  # what honest programs call functions and switches of their own
COMPILERS = {"re.compile", "torch.compile"}  # which are imported by this name
DECORATORS = {"torch.no_grad", "torch.inference_mode"}
TYPES = {
    "torch.Tensor", "torch.nn.Module", "torch.optim.Optimizer", "torch.utils.data.DataLoader", "torch.device",
    "numpy.ndarray",
}  # fmt: skip
BUILT_IN_TYPES = {"bool", "int", "float", "str", "list", "tuple", "dict"}
NAMESPACES = {"globals", "locals"}  # in which a name may be changed without being written as one
# What libraries let a program set: each function that seeds all there is does
SETTINGS = re.compile(
    r"torch\.backends(?:\.\w+){0,2}\.(?:allow_\w+|benchmark|deterministic|enabled|fp32_precision)"
    r"|torch\._(?:dynamo|inductor)\.config(?:\.\w+)+"
    r"|sys\.(?:argv|path|stdout|stderr|\w+hook|tracebacklimit|dont_write_bytecode)"
    r"|warnings\.(?:showwarning|formatwarning|warn)|ssl\._create_default_https_context"
    r"|threading\.excepthook|logging\.\w+"
    r"|torch\.utils\.deterministic\.fill_uninitialized_memory|tempfile\.tempdir"
    r"|numpy\.(?:float|int|object|complex|bool)"  # which some versions of NumPy do not have
)


def is_setting(name: str) -> bool:
    """Whether a dotted name is one that its library lets a program set."""
    return SETTINGS.fullmatch(name) is not None


def harmless(tree: ast.Module) -> Iterator[ast.expr]:
    """What is only asked whether something is in it, as notebooks ask `"google.colab" in sys.modules`, what of the
    environment is asked for or set by its name, functions that are timed, a condition, `if compile:`, and what a
    function's argument hides: `def run(loader, eval=False)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=ast.Constant(), ops=[ast.In() | ast.NotIn()], comparators=[asked]):
                yield asked
            case ast.Call(func=ast.Name("hasattr"), args=[asked, ast.Constant()]):
                yield asked
            case ast.Call(func=ast.Name("isinstance"), args=[_, asked]):
                yield asked
            case ast.Subscript(value=environment, slice=ast.Constant()) if is_environment(environment):
                yield environment
            case ast.Call(func=ast.Attribute(value=environment) as method, args=[ast.Constant() | ast.Dict(), *_]):
                yield from [method] * is_environment(environment)
            case ast.Call(func=ast.Attribute(attr="timeit" | "repeat") as timed, args=[ast.Lambda(), *_]):
                yield timed
            case ast.If(test=test) | ast.IfExp(test=test):
                yield from conditions(test)
            case ast.FunctionDef(args=arguments, body=body):
                every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
                bound = {each.arg for each in every} & MAY_BE_OWN
                inside = (each for statement in body for each in ast.walk(statement))
                yield from (each for each in inside if isinstance(each, ast.Name) and each.id in bound)


def is_environment(node: ast.expr) -> bool:
    """Whether something is `os.environ`, or `environ`."""
    return parts_of(node)[-1] == "environ"


def conditions(test: ast.expr) -> Iterator[ast.expr]:
    """The names that a condition is made of."""
    match test:
        case ast.Name():
            yield test
        case ast.BoolOp(values=values):
            yield from (each for value in values for each in conditions(value))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from conditions(operand)


def own_functions(trees: Sequence[ast.Module]) -> set[str]:
    """The functions of a program's own that hide a built-in of the same name, but those whose name may still be the
    built-in's: it is read before, outside of functions, which run later, it is written again or deleted, or its
    definition may fail."""
    statements = [(each, tree) for tree in trees for each in tree.body]
    if not any(isinstance(each, ast.FunctionDef) and each.name in MAY_BE_OWN for each, _ in statements):
        return set()
    meanings = {tree: Meanings(tree) for tree in trees}
    own: set[str] = set()
    unsure: set[str] = set()
    for statement, tree in statements:
        nodes = [*ast.walk(statement)]
        names = [node for node in nodes if isinstance(node, ast.Name)]
        unsure |= {name.id for name in names if not isinstance(name.ctx, ast.Load)}
        unsure |= {bound for node in nodes for bound in bound_elsewhere(node)}
        if not isinstance(statement, ast.FunctionDef) or not is_sure(statement, meanings[tree]):
            unsure |= {name.id for name in names} - own
        elif statement.name in MAY_BE_OWN and compiles(statement):
            own.add(statement.name)
        if any(map(opens_names, nodes)):
            return set()
    return own - unsure


def opens_names(node: ast.AST) -> bool:
    """Whether names may be changed by something without being written; `vars(args)` opens those of an object."""
    match node:
        case ast.Name(id=word):
            return word in NAMESPACES
        case ast.Call(func=ast.Name("vars"), args=arguments):
            return not arguments
    return False


def bound_elsewhere(node: ast.AST) -> Iterator[str]:
    """The names that something binds, or deletes at its end, and that stand in no node of their own."""
    match node:
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def is_sure(function: ast.FunctionDef, meanings: Meanings) -> bool:
    """Whether nothing runs as a function is defined that could fail."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    runs = [*arguments.defaults, *arguments.kw_defaults, function.returns]
    runs += [each.annotation for each in every if each]
    decorated = all(is_decorator(each, meanings) for each in function.decorator_list)
    return decorated and all(is_type(each, meanings) for each in runs if each)


def is_decorator(node: ast.expr, meanings: Meanings) -> bool:
    """Whether something decorates a function, and cannot fail: `@torch.no_grad()`."""
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        node = node.func
    return {*meanings.of(node)} <= DECORATORS


def is_type(node: ast.expr, meanings: Meanings) -> bool:
    """Whether something is a plain value, or a type as students write them: `nn.Module`, `list[float]`."""
    match node:
        case ast.Constant():
            return True
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return is_type(left, meanings) and is_type(right, meanings)
        case ast.Subscript(value=ast.Name("list" | "tuple" | "dict"), slice=inner):
            return is_type(inner, meanings)
        case ast.Tuple(elts=parts):
            return all(is_type(each, meanings) for each in parts)
        case ast.Name(id=word) if word in BUILT_IN_TYPES and word not in meanings.known:
            return True
    return {*meanings.of(node)} <= TYPES


def compiles(function: ast.FunctionDef) -> bool:
    """Whether a function that can be read can be made, too: not `def eval(text, text)`."""
    try:
        compile(ast.Module([function], []), "function", "exec")
    except NO_PYTHON:
        return False
    return True
