"""Inside the box: a submission's text becomes a module, one top-level statement at a time.

A statement that raises costs only itself: a missing CSV at the end of a notebook, a Colab mount or a training
run that takes too long is skipped and noted, and what is defined is judged.
"""

from __future__ import annotations

import ast
import linecache
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import CodeType, ModuleType

from grader.box.job import PYTHON, Job, Loading, Skipped
from grader.box.limits import LOADING_SECONDS, STATEMENT_SECONDS

NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)  # what the compiler raises
COMMAND = re.compile(  # cd runs
    r"^(?:cd|ls|ll|mkdir|rmdir|cp|mv|rm|cat|less|man|pwd|env|run|time|timeit|who|whos|matplotlib|pylab|load_ext"
    r"|reload_ext|autoreload)(?:[ \t]+[^\s=(,:\[].*)?$",
    re.MULTILINE,
)
FUTURE_FLAGS = 0x1FE0000  # the bits of `co_flags` that `from __future__ import ...` sets


class TooLong(BaseException):
    """A top-level statement used up its share of the time for loading."""


def load(job: Job, scratch: Path) -> tuple[ModuleType, Loading]:
    """Execute a submission in `scratch`, the current folder, which already holds its own files.

    The module is named as the exercise's file, or as that of a process begun by another where a package of the
    student's own has this name, so that `if __name__ == "__main__"` does not run.
    """
    module = ModuleType("__mp_main__" if has_package(job, scratch / job.module) else job.module)
    module.__file__ = str(scratch / f"{module.__name__}.py")
    sys.argv[:] = [module.__file__]  # as for a program that is run; the box's own words are no options of it
    if not job.script:
        vars(module)["display"] = shown_nowhere
    sys.modules[module.__name__] = module
    skipped: list[Skipped] = []
    fault = run_cells(job, module, skipped)
    undefined = [name for name in job.names if name not in vars(module)]
    loading = Loading(status="loaded", reason=None, skipped=skipped, undefined=undefined)
    if fault or (skipped and len(undefined) == len(job.names)):
        loading["status"] = "import-error"
        loading["reason"] = fault or nothing_defined(skipped)
    return module, loading


def has_package(job: Job, folder: Path) -> bool:
    """Whether an import of the exercise's name is one of a folder: a script's own name goes before one that is no
    whole package."""
    return folder.is_dir() and (not job.script or (folder / "__init__.py").is_file())


def shown_nowhere(*_: object, **__: object) -> None:
    """`display` as every notebook has it; there is nobody to look."""


def nothing_defined(skipped: list[Skipped]) -> str:
    """Why a submission in which statements raised defines nothing of the exercise."""
    first = skipped[0]
    return f"Nothing of the exercise is defined, and {first['where']} stopped with {first['error']}."


def run_cells(job: Job, module: ModuleType, skipped: list[Skipped]) -> str | None:
    """Execute every cell; return the reason if a script is no Python."""
    offset, deadline = 0, time.process_time() + LOADING_SECONDS
    compiler = Compiler(keep_text(job, str(module.__file__)), ast.parse if job.script else parse_cell)
    for position, cell in enumerate(job.cells, start=1):
        place = "line {line}" if job.script else f"cell {position}, line {{line}}"
        statements = list(compiler.statements(cell, offset))
        faults = [code for _, code in statements if isinstance(code, Exception)]
        if faults and job.script:
            return unparsable(faults[0])
        for line, code in statements:
            seconds = min(STATEMENT_SECONDS, deadline - time.process_time())
            error = type(code).__name__ if isinstance(code, Exception) else run_statement(code, module, seconds)
            if error:
                skipped.append(Skipped(where=place.format(line=line), error=error))
            if error == "SystemExit":
                return None
        offset += cell.count("\n") + 1
    return None


def keep_text(job: Job, filename: str) -> str:
    """Let tracebacks and `inspect` find the text of a submission; the name that it has there."""
    text = "\n".join(job.cells)
    with suppress(OSError):  # a folder of the student's own has this name
        Path(filename).write_text(text, encoding="utf-8", errors="surrogatepass")
    linecache.cache[filename] = (len(text), None, StringIO(text).readlines(), filename)
    return filename


def parse_cell(cell: str) -> ast.Module:
    """The tree of a notebook's cell; where it is no Python, without IPython's commands, which need no mark."""
    try:
        return ast.parse(cell)
    except NO_PYTHON:
        return ast.parse(COMMAND.sub("pass", cell))


@dataclass
class Compiler:
    """Compiles top-level statements, each for itself. A `__future__` import reaches all that follow, those in later
    cells included, as in Jupyter."""

    filename: str
    parse: Callable[[str], ast.Module]
    flags: int = 0

    def statements(self, cell: str, offset: int) -> Iterator[tuple[int, CodeType | Exception]]:
        """Each statement of a cell that begins after `offset` lines: its line in the cell, and its code or what is
        wrong with it. A cell that does not parse is one statement."""
        try:
            tree = self.parse(cell)
        except NO_PYTHON as error:
            yield getattr(error, "lineno", None) or 1, error
            return
        lines = [statement.lineno for statement in tree.body]
        ast.increment_lineno(tree, offset)
        for line, statement in zip(lines, tree.body, strict=True):
            yield line, self.compiled(statement)

    def compiled(self, statement: ast.stmt) -> CodeType | Exception:
        """The code of a statement; an error where it parses and is no Python, as a `return` at top level."""
        whole = ast.Module([statement], [])
        try:
            code: CodeType = compile(whole, self.filename, "exec", flags=self.flags, dont_inherit=True)
        except NO_PYTHON as error:
            return error
        self.flags |= code.co_flags & FUTURE_FLAGS
        return code


def unparsable(error: Exception) -> str:
    """Why a script does not parse, for the student: which Python read it, the line and its own words."""
    line = getattr(error, "lineno", None)
    if line is None:
        return f"{PYTHON} could not read the file ({type(error).__name__})."
    return f"{PYTHON} could not read line {line}: {getattr(error, 'msg', type(error).__name__)}."


def run_statement(code: CodeType, module: ModuleType, seconds: float) -> str | None:
    """Execute one statement; return the class name of what it raised, None if it ended well."""
    try:
        with cpu_limit(seconds):
            exec(code, vars(module))
    except TooLong:
        return "timeout"
    except BaseException as error:  # whatever a student's line raises, KeyboardInterrupt included, costs itself
        return type(error).__name__
    return None


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise TooLong in the main thread once `seconds` of CPU time are used; no limit where there are no signals.

    The timer fires again each second, so that a bare `except:` in a loop does not swallow it for good.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.01), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
