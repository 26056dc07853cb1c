"""Inside the box: what a submission's text shows that a teacher may want to look at. It costs no points.

Most students who use one of these mean no harm: a sign is a line to read, not a verdict.
"""

from __future__ import annotations

import ast
import contextlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from importlib.util import decode_source

from grader.box import limits
from grader.box.job import Job
from grader.box.loader import NO_PYTHON, parse_cell

Meanings = Mapping[str, Set[str]]  # of the names of a text, as they are imported
LIBRARY = "uses the library's own function"  # allowed
OPAQUE = "what begins here cannot be looked through"
HOW_OF_OS = ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")  # a program may be started: `os.execl`, `os.spawnvp`
# The beginning of a dotted name, and what it does, for the teacher
TOUCHES = {
    "sys._getframe": "looks at the frames above it",
    "sys._current_frames": "looks at the frames of others",
    "sys.modules": "looks at the imported modules",
    "sys.settrace": "follows or changes other code as it runs",
    "sys.setprofile": "follows other code as it runs",
    "inspect.stack": "looks at the frames above it",
    "inspect.trace": "looks at the frames of others",
    "inspect.getinnerframes": "looks at the frames of others",
    "inspect.getouterframes": "looks at the frames above it",
    "traceback.walk_stack": "looks at the frames above it",
    "traceback.walk_tb": "looks at the frames of others",
    "inspect.currentframe": "looks at the frames above it",
    "inspect.getmodule": "looks at the imported modules",
    "gc.get_objects": "looks at every object in memory",
    "gc.get_referrers": "looks at objects of others",
    "builtins": "uses Python's own built-in functions as a module",
    "ctypes": "calls the system past Python",
    "mmap": "maps memory",
    "posix": "calls the system past os",
    "importlib": "imports what is not written out",
    "pydoc.locate": "imports what is not written out",
    "pkgutil": "imports what is not written out",
    "zipimport": "imports what is not written out",
    "site.addsitedir": "imports what is not written out",
    "runpy": "runs code that is not written out",
    "timeit": "runs a text as code",
    "code": "runs a text as code",
    "codeop": "runs a text as code",
    "bdb": "runs a text as code",
    "pdb.run": "runs a text as code",
    "typing.get_type_hints": "runs a text as code",
    "pandas.eval": "runs a text as code",
    "types.CodeType": "makes code of its own",
    "types.FunctionType": "makes code of its own",
    "cProfile.run": "runs a text as code",
    "profile.run": "runs a text as code",
    "pickle": "reads objects that may hold code",
    "marshal": "reads objects that may hold code",
    "shelve": "reads objects that may hold code",
    "joblib.load": "reads objects that may hold code",
    "dill": "reads objects that may hold code",
    "cloudpickle": "reads objects that may hold code",
    "pandas.read_pickle": "reads objects that may hold code",
    "unittest.mock": "replaces what others use",
    "atexit": "leaves something to do at the end",
    "signal": "handles signals",
    "socket": "uses the network",
    "urllib": "uses the network",
    "requests": "uses the network",
    "subprocess": "starts other programs",
    "os.system": "starts other programs",
    "os.popen": "starts other programs",
    "os.posix_spawn": "starts other programs",
    "os.posix_spawnp": "starts other programs",
    **{f"os.{way}{how}": "starts other programs" for way in ("exec", "spawn") for how in HOW_OF_OS},
    "os.fork": "forks",
    "os.kill": "sends signals",
    "os.killpg": "sends signals",
    "os._exit": "ends its process at once",
    "os.abort": "ends its process at once",
    "os.read": "reads from a descriptor",
    "os.write": "writes on a descriptor",
    "os.dup": "copies a descriptor",
    "os.dup2": "copies a descriptor",
    "os.fdopen": "opens a descriptor",
    "os.close": "closes descriptors",
    "os.closerange": "closes descriptors",
    "os.memfd_create": "makes a file without a name",
    "os.setuid": "changes its user",
    "os.setresuid": "changes its user",
    "os.setsid": "leaves its session",
    "os.environ": "looks at the environment",
    "resource.setrlimit": "changes its limits",
    "threading.settrace": "follows other code as it runs",
    "sklearn": LIBRARY,
    "scipy": LIBRARY,
}
CLOCK = "timeit.default_timer"  # runs nothing
FRAMES = {
    "f_back", "f_globals", "f_locals", "f_builtins", "tb_frame", "__globals__", "__subclasses__",
    "__builtins__", "__loader__", "__getattribute__", "__code__", "__self__", "__closure__", "cell_contents",
    "_global_forward_hooks", "_global_forward_pre_hooks", "_global_backward_hooks", "_optimizer_step_post_hooks",
}  # fmt: skip
DYNAMIC = {
    "exec": "runs a text as code",
    "eval": "runs a text as code",
    "compile": "makes code of a text",
    "__import__": "imports what is not written out",
}
NAMESPACES = {"globals", "vars", "locals"}  # in which a name may be changed without being written as one
ROADS = {"os", "sys", "posix", "builtins", "importlib", "ctypes", "subprocess", "socket"}  # also inside of others
# As a whole name: "/processed" and a link to proceedings are none
PLACES = re.compile(
    r"(?<!\w)/proc(?!\w)|/sys/|/dev/fd|recorded\.json|test_hidden|rubric\.toml|grader\.(?:box|exercises)"
)
OURS = {"grader", "solutions"}
HOLDS_CODE = {("allow_pickle", True), ("weights_only", False)}  # options of numpy.load and torch.load
LONGEST = 500_000  # characters or bytes that are looked through in a reasonable time; nobody writes as many
DEEPEST = 20  # dots of a name that is given to another, time and again; nobody comes to as many
OTHERS = {"torch", "numpy", "json", "math", "random", "builtins", "sys", "os", "lecture", "grader"}
# What they let a program set: each function that seeds all there is does
SETTINGS = re.compile(
    r"torch\.backends(?:\.\w+){0,2}\.(?:allow_\w+|benchmark|deterministic|enabled|fp32_precision)"
    r"|torch\._dynamo\.config\.\w+|sys\.(?:argv|path|stdout|stderr|dont_write_bytecode)"
)
Part = tuple[str, ast.Module | None]
"""The words for a place in some text, and its tree; none of what cannot be looked through."""


def signs(job: Job) -> list[str]:
    """Each sign with its line, in the order of the text, what is allowed after all others; no more than a teacher
    reads."""
    found: dict[str, None] = {}
    for program in programs(job):
        own = own_functions(tree for _, tree in program if tree)
        for place, tree in program:
            marks = sorted(marks_of(tree, own)) if tree else [(1, OPAQUE)]
            found |= {f"{place} {line}: {words}": None for line, words in marks}
    return sorted(found, key=lambda sign: sign.endswith(LIBRARY))[: limits.SIGNS]


def suspicious(found: Iterable[str]) -> list[str]:
    """The signs among some that are a reason to look: what is allowed is none, or it would be for every second
    student."""
    return [sign for sign in found if not sign.endswith(LIBRARY)]


def programs(job: Job) -> Iterator[list[Part]]:
    """All that a submission may run, as it is run: its cells, which share their names, and each module that it
    names."""
    yield [*cells(job)]
    for part in modules(job):
        yield [part]


def cells(job: Job) -> Iterator[Part]:
    """The cells of a submission. One that is no Python does not run."""
    for position, cell in enumerate(job.cells, start=1):
        with contextlib.suppress(*NO_PYTHON):
            tree = None if len(cell) > LONGEST else ast.parse(cell) if job.script else parse_cell(cell)
            yield "line" if job.script else f"cell {position}, line", tree


def modules(job: Job) -> Iterator[Part]:
    """The modules of a student's own that a submission names."""
    beside = {name: data for name, data in job.files.items() if name.endswith(".py")}
    texts = [data.decode("utf-8", "replace") for data in beside.values()]
    as_read = unicodedata.normalize("NFKC", "\n".join([*job.cells, *texts]))  # by Python
    words = set(re.findall(r"\w+", as_read))
    for name, data in beside.items():
        if words & set(name.removesuffix(".py").split("/")):
            yield f"{name}, line", tree_of(data)


def tree_of(module: bytes) -> ast.Module | None:
    """The tree of a module, read in the encoding that it names; None if it cannot be looked through."""
    try:
        return ast.parse(decode_source(module)) if len(module) <= LONGEST else None
    except (*NO_PYTHON, LookupError):
        return None


def own_functions(trees: Iterable[ast.Module]) -> set[str]:
    """The functions of a program's own, but those whose name may be a built-in's: it is read before, outside of
    functions, which run later, it is written again or deleted, or its definition may fail."""
    own: set[str] = set()
    unsure: set[str] = set()
    for statement in (statement for tree in trees for statement in tree.body):
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        unsure |= {name.id for name in names if not isinstance(name.ctx, ast.Load)}
        if isinstance(statement, ast.FunctionDef) and is_sure(statement):
            own.add(statement.name)
        else:
            unsure |= {name.id for name in names} - own
        if NAMESPACES & {name.id for name in names}:
            return set()
    return own - unsure


def is_sure(function: ast.FunctionDef) -> bool:
    """Whether nothing runs as a function is defined, and could fail."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    runs = [*function.decorator_list, function.returns, *(each and each.annotation for each in every)]
    runs += [each for each in (*arguments.defaults, *arguments.kw_defaults) if not isinstance(each, ast.Constant)]
    return not any(runs)


def marks_of(tree: ast.Module, own: set[str]) -> Iterator[tuple[int, str]]:
    """The line and the words of each sign, in no order; `own` are functions that are no built-in's, whatever their
    name."""
    known: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        for bound, name in imported(node):
            known[bound].add(name)
            if name.partition(".")[0] in OURS:
                yield node.lineno, f"{name} is imported"  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        for bound, name in renamed(node, known):
            if name.count(".") > DEEPEST:
                yield node.lineno, OPAQUE  # type: ignore[attr-defined]
            else:
                known[bound].add(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, words) for words in called(node, known))
        elif isinstance(node, ast.Constant):
            parts = re.split(r"[.{}\[\]!:]", str(node.value))  # as `attrgetter` and `format` take them
            yield from ((node.lineno, f"{part} looks into running code") for part in parts if part in FRAMES)
        elif isinstance(node, ast.FunctionDef) and node.name in ("__torch_function__", "__torch_dispatch__"):
            yield node.lineno, f"{node.name} answers in PyTorch's place"
    meant = ((each, name) for each in names_and_texts(tree) for name in full_names(each, known))
    for node, name in meant:
        if isinstance(node, ast.Constant):
            yield from ((node.lineno, f"{place} is named") for place in PLACES.findall(text_of(node)))
            continue
        parts = parts_of(node)
        if isinstance(node.ctx, ast.Store) and len(parts) > 1 and is_of_others(name):
            yield node.lineno, f"{name} is replaced"
        yield from ((node.lineno, words) for words in told_by(name))
        yield from ((node.lineno, f"{part} looks into running code") for part in parts if part in FRAMES)
        if name == "" and len(parts) == 1 and parts[0] in DYNAMIC.keys() - own:
            yield node.lineno, f"{parts[0]} {DYNAMIC[parts[0]]}"


def renamed(node: ast.AST, known: Meanings) -> list[tuple[str, str]]:
    """The names that are given to what was imported, `tensor = torch.Tensor`, and what they stand for."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Attribute | ast.Name):
        return []
    bound = [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [(target, name) for target in bound for name in full_names(node.value, known) if name]


def called(node: ast.Call, known: Meanings) -> Iterator[str]:
    """What a call tells that comes to the same as a dotted name, or as an import of one."""
    match node:
        case ast.Call(func=ast.Name(id="open") | ast.Attribute(attr="open"), args=[ast.Constant(value=int()), *_]):
            yield "open opens a descriptor"
        case ast.Call() if HOLDS_CODE & {(key.arg, value_of(key.value)) for key in node.keywords}:
            yield f"{parts_of(node.func)[-1]} reads objects that may hold code"
        case ast.Call(func=ast.Name(id=word), args=[thing, key, *_]):
            value = value_of(key)
            written = value if isinstance(value, str) else "?"
            for name in full_names(thing, known):
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
    return name.partition(".")[0] in OTHERS and not SETTINGS.fullmatch(name)


def text_of(node: ast.Constant) -> str:
    """A text in quotes; of bytes, each as a character."""
    return node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)


def value_of(node: ast.expr) -> object:
    """A constant's value; None of anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def full_names(node: ast.expr, known: Meanings) -> list[str]:
    """A dotted name as it is imported, in each meaning that a text gives it anywhere; empty if what it begins with
    is not imported."""
    first, *others = parts_of(node)
    return [".".join([name, *others]) for name in known[first]] if first in known else [""]


def told_by(name: str) -> Iterator[str]:
    """What a dotted name says: what it does, and whether it leads to another library by way of one."""
    yield from (f"{name} {does}" for does in touched(name))
    for position, part in enumerate(parts := name.split(".")):
        if position and part.strip("_") in ROADS:
            yield f"{name} goes a roundabout way to {part}"
            inner = ".".join([part.strip("_"), *parts[position + 1 :]])
            yield from (f"{inner} {does}" for does in touched(inner))


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what they stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def names_and_texts(tree: ast.Module) -> Iterator[ast.Attribute | ast.Name | ast.Constant]:
    """Every dotted name, whole, but where it is harmless, and every text in quotes."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    inner |= {id(node) for node in harmless(tree)}
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        if text or (isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner):
            yield node  # type: ignore[misc]


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
                bound = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
                inside = (each for statement in body for each in ast.walk(statement))
                yield from (each for each in inside if isinstance(each, ast.Name) and each.id in bound & {*DYNAMIC})


def parts_of(node: ast.expr) -> list[str]:
    """The parts of a dotted name; the first is empty if it starts from something else than a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(parts)]


def touched(name: str) -> Iterator[str]:
    """What a dotted name does, if the table has it or what it belongs to."""
    return (does for start, does in TOUCHES.items() if f"{name}.".startswith(f"{start}.") and name != CLOCK)
