"""Inside the box: a submission's text becomes a module, one top-level statement at a time.

A statement that raises costs only itself: a missing CSV at the end of a notebook, a Colab mount or a training
run that takes too long is skipped and noted, and what is defined is judged.
"""

from __future__ import annotations

import ast
import linecache
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType

from grader.box.job import Job, Loading, Skipped
from grader.box.limits import LOADING_SECONDS, STATEMENT_SECONDS


class TooLong(BaseException):
    """A top-level statement used up its share of the time for loading."""


def load(job: Job, scratch: Path) -> tuple[ModuleType, Loading]:
    """Execute a submission in `scratch`, the current folder, which already holds its own files.

    The module is named as the exercise's file, so that `if __name__ == "__main__"` does not run.
    """
    module = ModuleType(job.module)
    module.__file__ = str(scratch / f"{job.module}.py")
    sys.modules[job.module] = module
    skipped: list[Skipped] = []
    fault = run_cells(job, module, skipped)
    undefined = [name for name in job.names if name not in vars(module)]
    loading = Loading(status="loaded", reason=None, skipped=skipped, undefined=undefined)
    if fault or (skipped and len(undefined) == len(job.names)):
        loading["status"] = "import-error"
        loading["reason"] = fault or nothing_defined(skipped)
    return module, loading


def nothing_defined(skipped: list[Skipped]) -> str:
    """Why a submission in which statements raised defines nothing of the exercise."""
    first = skipped[0]
    return f"Nothing of the exercise is defined, and {first['where']} stopped with {first['error']}."


def run_cells(job: Job, module: ModuleType, skipped: list[Skipped]) -> str | None:
    """Execute every cell; return the reason if a script does not parse."""
    offset, deadline = 0, time.process_time() + LOADING_SECONDS
    filename = str(module.__file__)
    text = "\n".join(job.cells)
    Path(filename).write_text(text, encoding="utf-8", errors="surrogatepass")
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    for position, cell in enumerate(job.cells, start=1):
        place = "line {line}" if job.script else f"cell {position}, line {{line}}"
        try:
            tree = ast.parse(cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if job.script:
                return unparsable(error)
            where = place.format(line=getattr(error, "lineno", None) or 1)
            skipped.append(Skipped(where=where, error=type(error).__name__))
        else:
            ast.increment_lineno(tree, offset)
            for where, code in statements(tree, filename, place, offset):
                seconds = min(STATEMENT_SECONDS, deadline - time.process_time())
                error_name = run_statement(code, module, seconds)
                if error_name == "SystemExit":
                    skipped.append(Skipped(where=where, error="SystemExit"))
                    return None
                if error_name:
                    skipped.append(Skipped(where=where, error=error_name))
        offset += cell.count("\n") + 1
    return None


def unparsable(error: Exception) -> str:
    """Why a script does not parse, for the student: the line and Python's own words."""
    line = getattr(error, "lineno", None)
    if line is None:
        return f"Python could not read the file ({type(error).__name__})."
    return f"Python could not read line {line}: {getattr(error, 'msg', type(error).__name__)}."


def statements(tree: ast.Module, filename: str, place: str, offset: int) -> Iterator[tuple[str, CodeType]]:
    """Each top-level statement, compiled, with the place to name; `__future__` imports reach all of them."""
    flags = 0
    for statement in tree.body:
        where = place.format(line=statement.lineno - offset)
        code = compile(ast.Module([statement], []), filename, "exec", flags=flags, dont_inherit=True)
        flags |= code.co_flags & FUTURE_FLAGS
        yield where, code


FUTURE_FLAGS = 0x1FE0000  # the bits of `co_flags` that `from __future__ import ...` sets


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
