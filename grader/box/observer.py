"""Inside the box: runs the scenarios of one exercise over one submission and reports what they saw.

As a program, it is the plain way, for machines without fork or walls: it reads one job on standard input, runs
its scenarios one after another in this process, and writes a line of JSON for each step of the road.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

import numpy as np
import torch

from grader.box.changes import Changes
from grader.box.facts import TooMuchError, facts
from grader.box.gpu import unseen
from grader.box.job import GPU, NO_DEVICE, OUT_OF_MEMORY, Job, Seen
from grader.box.limits import SCENARIO_SECONDS
from grader.box.loader import TooLong, cpu_limit, load
from grader.box.signs import signs
from grader.box.texts import Scenario, scenarios
from grader.box.touches import OTHERS

PLAIN_MODE = torch.inference_mode(mode=False)  # to enter where a submission never left the other one


def chosen(found: Mapping[str, Scenario], only: Sequence[str]) -> dict[str, Scenario]:
    """The scenarios asked for; if `only` is empty, all but the one that may see a GPU."""
    return {name: found[name] for name in only or found if only or name != GPU}


def look_at(name: str, scenario: Scenario, module: ModuleType, seed: int, changes: Changes) -> dict[str, Any]:
    """Run one scenario; what is told of it: what it saw, and what the submission has changed by then."""
    seen = observe(name, scenario, module, seed)
    return {"scenario": name, "seen": seen, **changes.names()}


def observe(name: str, scenario: Scenario, module: ModuleType, seed: int) -> Seen:
    """Run one scenario from a clean start; whatever the submission raises becomes part of what was seen."""
    if name == GPU and not torch.cuda.is_available():
        return Seen(skipped=NO_DEVICE)
    try:
        with cpu_limit(SCENARIO_SECONDS):
            settle(seed)
            return Seen(facts=facts(scenario(module)))
    except TooLong:
        return Seen(timeout=SCENARIO_SECONDS)
    except TooMuchError as error:
        return Seen(killed=str(error))
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: a submission may raise anything
        return Seen(killed=OUT_OF_MEMORY) if is_out_of_memory(error) else Seen(error=described(error, module))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that there is no memory left; PyTorch's own allocator has a RuntimeError for it."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "can't allocate memory" in safe_text(error)


def settle(seed: int) -> None:
    """Undo what a submission or a scenario may have set for the whole process, and seed every generator.

    What is `relied_on` stays as loading the submission left it.
    """
    random.seed(seed)
    np.random.seed(seed)
    numpy_errors, warning_filters, recursion_limit = relied_on()
    np.seterr(**numpy_errors)
    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    torch.set_autocast_enabled("cpu", False)
    if torch.is_inference_mode_enabled():
        PLAIN_MODE.__enter__()
    torch.autograd.set_detect_anomaly(False)
    torch.use_deterministic_algorithms(False)
    warnings.resetwarnings()
    warnings.filters[:] = warning_filters  # type: ignore[index]  # typeshed has it read-only
    warnings.simplefilter("ignore", append=True)
    sys.setrecursionlimit(recursion_limit)
    draw_nowhere()


def draw_nowhere() -> None:
    """Close all figures, and let the next be drawn without a screen."""
    tell_of_no_screen()
    if figures := sys.modules.get("matplotlib.pyplot"):
        figures.close("all")
        if figures.rcParams["backend"].lower() != "agg":
            figures.switch_backend("agg")


def tell_of_no_screen() -> None:
    """Let a submission ask for windows, as it may where there is a screen: here its plots are drawn without."""
    figures = sys.modules.get("matplotlib.pyplot")
    if figures is None or hasattr(figures.switch_backend, "__wrapped__"):
        return
    switch = figures.switch_backend

    @wraps(switch)
    def switch_where_there_is_one(name: str) -> None:
        with contextlib.suppress(ImportError):  # so it says that there is none
            switch(name)

    figures.switch_backend = switch_where_there_is_one  # type: ignore[attr-defined]


@cache
def relied_on() -> tuple[dict[str, Any], list[Any], int]:
    """What a right function may rely on its program to have set at top level: that NumPy raises, or that a warning
    does, where a denominator is zero, and how deep a recursion may go.

    Of the warnings that raise, those of numbers and a program's own: a scenario may cause others, as PyTorch's.
    """
    filters = []
    for action, text, category, where, line in warnings.filters:
        if action != "error" or category.__module__.partition(".")[0] not in OTHERS:
            filters.append((action, text, category, where, line))
        elif issubclass(RuntimeWarning, category):
            filters.append((action, text, RuntimeWarning, where, line))
    return dict(np.geterr()), filters, max(1000, sys.getrecursionlimit())


def described(error: BaseException, module: ModuleType) -> dict[str, Any]:
    """An exception as facts: its class, its text, the last line of the submission it passed through."""
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == module.__file__
    ]
    missing = error.name if isinstance(error, AttributeError) and error.obj is module else None
    return {
        "type": "RuntimeError" if is_not_implemented(error) else type(error).__name__,
        "library": type(error).__module__.partition(".")[0],
        "text": safe_text(error),
        "line": lines[-1] if lines else None,
        "undefined": missing,
    }


def is_not_implemented(error: BaseException) -> bool:
    """Whether a library says that it has no such thing, which is a RuntimeError: a NotImplementedError that a
    submission raises itself says that it is not written yet."""
    if type(error) is not NotImplementedError or not safe_text(error):
        return False
    raised = traceback.extract_tb(error.__traceback__)[-1]
    return NotImplementedError.__name__ not in (raised.line or "")


def safe_text(error: BaseException) -> str:
    """The exception's text; a class of the student's own may raise even here."""
    try:
        return str(error)[:300]
    except Exception as second:
        return f"(its text raised {type(second).__name__})"


def lay_out(job: Job, scratch: Path) -> None:
    """Put the submission's own files into the scratch folder and make that the place where it runs."""
    inside = scratch.resolve()
    for name, content in job.files.items():
        target = scratch / name
        if inside not in target.resolve().parents:
            continue  # a name that leads out of the folder is no file of the submission
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    os.chdir(scratch)
    sys.path.insert(0, str(scratch))


def run_in_turn(job: Job, out: TextIO) -> None:
    """Run a whole job in this process, one scenario after another, a line of JSON for each."""
    texts = [scenarios(name, text) for name, text in job.scenarios]
    found = {name: scenario for each in texts for name, scenario in each.items()}
    say(out, {"scenarios": [list(each) for each in texts]})
    say(out, {"begun": True})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        scratch = Path(folder).resolve()
        say(out, {"signs": signs(job)})
        changes = Changes(job, scratch)
        changes.listen(lambda name: say(out, {"strangers": [name]}))
        lay_out(job, scratch)
        module, loading = load(job, scratch)
        say(out, {"loading": loading, **changes.box_names()})
        if loading["status"] == "loaded":
            changes.scenarios_come()
            for name, scenario in chosen(found, job.only).items():
                say(out, look_at(name, scenario, module, job.seed, changes))
        changed = changes.all_names()
        flush()
        os.chdir(scratch.anchor)
    say(out, {"done": True, **changed})  # the last word: whoever reads it waits for no more


def stay_on_one_thread() -> None:
    """Have PyTorch compute on one thread, whatever it is told: a fork after an operation on more would hang."""
    set_num_threads = torch.set_num_threads

    def hold(nthreads: int) -> None:
        set_num_threads(min(nthreads, 1))

    torch.set_num_threads = hold
    hold(1)


def seed_no_gpu() -> None:
    """Where no GPU is to be seen, let seeding pass over it: PyTorch would note each seed for the day when there is
    one, and with it the whole stack of calls, for which it reads their source files."""
    if not unseen():
        return
    for kind in ("cuda", "xpu", "mtia"):
        if kind in vars(torch):
            getattr(torch, kind).manual_seed_all = pass_over


def pass_over(seed: int) -> None:
    """Nothing is to be seeded."""


def flush() -> None:
    """Let out what was printed; a submission may have put anything in the place of its streams."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def say(out: TextIO, record: dict[str, Any]) -> None:
    """Write one line of the protocol."""
    out.write(json.dumps(record, allow_nan=False) + "\n")
    out.flush()


def protocol_streams() -> Iterator[TextIO]:
    """Our own end of standard output; the submission's prints go to standard error instead."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        yield out


def main() -> None:
    """Read one job, run it the plain way."""
    stay_on_one_thread()
    seed_no_gpu()
    job = Job.from_json(sys.stdin.readline())
    devnull = os.open(os.devnull, os.O_RDONLY)
    os.dup2(devnull, 0)
    for out in protocol_streams():
        run_in_turn(job, out)


if __name__ == "__main__":
    main()
