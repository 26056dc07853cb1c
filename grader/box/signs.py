"""Inside the box: what a submission's text shows that a teacher may want to look at. It costs no points.

Most students who use one of these mean no harm: a sign is a line to read, not a verdict.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.box import limits
from grader.box.job import Job

# The beginning of a dotted name, and what it does, for the teacher
TOUCHES = {
    "sys._getframe": "looks at the frames above it",
    "sys._current_frames": "looks at the frames of others",
    "sys.modules": "looks at the imported modules",
    "sys.settrace": "follows or changes other code as it runs",
    "sys.setprofile": "follows other code as it runs",
    "inspect.stack": "looks at the frames above it",
    "inspect.currentframe": "looks at the frames above it",
    "gc.get_objects": "looks at every object in memory",
    "gc.get_referrers": "looks at objects of others",
    "builtins": "uses Python's own built-in functions as a module",
    "ctypes": "calls the system past Python",
    "mmap": "maps memory",
    "atexit": "leaves something to do at the end",
    "signal": "handles signals",
    "socket": "uses the network",
    "urllib": "uses the network",
    "requests": "uses the network",
    "subprocess": "starts other programs",
    "os.system": "starts other programs",
    "os.popen": "starts other programs",
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
    "sklearn": "uses the library's own function",
    "scipy": "uses the library's own function",
}
FRAMES = {"f_back", "f_globals", "f_locals", "f_builtins", "tb_frame", "__globals__", "__subclasses__"}
PLACES = ("/proc", "/sys/", "/dev/fd", "recorded.json", "test_hidden", "rubric.toml")
OURS = {"grader", "solutions"}
OTHERS = {"torch", "numpy", "json", "math", "random", "builtins", "sys", "os", "lecture", "grader"}


def signs(job: Job) -> list[str]:
    """Each sign with its line, in the order of the text; no more than a teacher reads."""
    found: dict[str, None] = {}
    for position, cell in enumerate(job.cells, start=1):
        place = "line" if job.script else f"cell {position}, line"
        try:
            tree = ast.parse(cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        marks = sorted(marks_of(tree))
        found |= {f"{place} {line}: {words}": None for line, words in marks}
    return list(found)[: limits.SIGNS]


def marks_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and the words of each sign in one cell."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        for bound, name in imported(node):
            known[bound] = name
            if name.partition(".")[0] in OURS:
                yield node.lineno, f"{name} is imported"  # type: ignore[attr-defined]
    for node in names_and_texts(tree):
        if isinstance(node, ast.Constant):
            yield from ((node.lineno, f"{place} is named") for place in PLACES if place in str(node.value))
            continue
        parts = parts_of(node)
        name = ".".join([known[parts[0]], *parts[1:]]) if parts[0] in known else ""
        if isinstance(node.ctx, ast.Store) and len(parts) > 1 and name.partition(".")[0] in OTHERS:
            yield node.lineno, f"{name} is replaced"
        yield from ((node.lineno, f"{name} {does}") for does in touched(name))
        yield from ((node.lineno, f"{part} looks into running code") for part in parts if part in FRAMES)


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what they stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def names_and_texts(tree: ast.Module) -> Iterator[ast.Attribute | ast.Name | ast.Constant]:
    """Every dotted name, whole, and every text in quotes."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        if text or (isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner):
            yield node  # type: ignore[misc]


def parts_of(node: ast.expr) -> list[str]:
    """The parts of a dotted name; the first is empty if it starts from something else than a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(parts)]


def touched(name: str) -> Iterator[str]:
    """What a dotted name does, if the table has it or what it belongs to."""
    return (does for start, does in TOUCHES.items() if f"{name}.".startswith(f"{start}."))
