"""The two ways of observing a submission: behind walls, and plainly."""

from __future__ import annotations

import platform
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.box import limits, open_box
from grader.box.plain import PlainBox
from grader.exercise import exercise
from grader.expected import job_for
from tests.box.runs import Box, job, values

SEVERAL = """
SCENARIOS = {
    "s%(first)d": lambda module: {"value": module.f(%(first)d)},
    "s%(second)d": lambda module: {"value": module.f(%(second)d)},
}
"""


def test_facts_are_seen(box: Box) -> None:
    seen = box.observe(job("def f(x):\n    print('hello')\n    return [x, 0.5, None]"))
    assert values(seen) == [{"value": [1, 0.5, None]}, {"value": [2, 0.5, None]}]
    assert seen["loading"] == {"status": "loaded", "reason": None, "skipped": [], "undefined": []}
    assert seen["printed"].startswith("hello")
    assert seen["walls"] == box.walls


def test_a_statement_that_raises_is_skipped(box: Box) -> None:
    seen = box.observe(job("import nowhere\nopen('data.csv')\n\ndef f(x):\n    return x\n\n1 / 0\n"))
    assert seen["loading"]["skipped"] == [
        {"where": "line 1", "error": "ModuleNotFoundError"},
        {"where": "line 2", "error": "FileNotFoundError"},
        {"where": "line 7", "error": "ZeroDivisionError"},
    ]
    assert values(seen) == [{"value": 1}, {"value": 2}]


def test_exit_ends_the_file_there(inside: Box) -> None:
    seen = inside.observe(job("def f(x):\n    return x\nexit()\nf = None"))
    assert values(seen) == [{"value": 1}, {"value": 2}]


def test_cells_that_do_not_parse_cost_themselves(inside: Box) -> None:
    seen = inside.observe(job("def f(x):\n    return x", "this is no Python", "", script=False))
    assert seen["loading"]["skipped"] == [{"where": "cell 2, line 1", "error": "SyntaxError"}]
    assert values(seen) == [{"value": 1}, {"value": 2}]


NO_STATEMENTS = ["await f(1)", "return", "break", "def g(a, a):\n    pass", "*a", "nonlocal f", "yield"]


@pytest.mark.parametrize("text", NO_STATEMENTS)
def test_a_statement_of_a_notebook_that_parses_and_is_no_python_costs_itself(text: str, inside: Box) -> None:
    seen = inside.observe(job("def f(x):\n    return x", f"y = 1\n{text}", "z = y", script=False))
    assert seen["loading"]["skipped"] == [{"where": "cell 2, line 2", "error": "SyntaxError"}]
    assert values(seen) == [{"value": 1}, {"value": 2}]


@pytest.mark.parametrize(
    "text", ["    return (x\n", "    return x\n" * 5 + "def g(a, a):\n    pass", "    pass\nreturn"]
)
def test_a_script_that_is_no_python(text: str, inside: Box) -> None:
    seen = inside.observe(job(f"print('not run')\n\ndef f(x):\n{text}"))
    assert seen["loading"]["status"] == "import-error"
    version = ".".join(platform.python_version_tuple()[:2])
    assert f"Python {version} could not read line" in str(seen["loading"]["reason"])
    assert (seen["scenarios"], seen["printed"]) == ({}, "")


def test_what_is_imported_from_the_future_reaches_later_cells(inside: Box) -> None:
    later = "class Node:\n    def next(self) -> Node:\n        pass\n\ndef f(x) -> Unknown:\n    return x"
    seen = inside.observe(job("from __future__ import annotations", later, script=False))
    assert seen["loading"]["skipped"] == []
    assert values(seen) == [{"value": 1}, {"value": 2}]


COMMANDS = ["cd ..", "ls", "mkdir runs", "matplotlib inline", "load_ext autoreload", "time f(1)", "run more.py"]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_a_notebook_need_no_mark(command: str, inside: Box) -> None:
    seen = inside.observe(job(f"{command}\ncat = 1\nenv = cat\ndef f(x):\n    return x * env", script=False))
    assert values(seen) == [{"value": 1}, {"value": 2}]


def test_a_notebook_can_display_and_a_script_cannot(inside: Box) -> None:
    text = "def f(x):\n    display(x, metadata={})\n    return x"
    assert values(inside.observe(job(text, script=False))) == [{"value": 1}, {"value": 2}]
    assert "error" in inside.observe(job(text))["scenarios"]["call"]


def test_options_of_a_program_have_their_defaults(box: Box) -> None:
    text = "import argparse, sys\nparser = argparse.ArgumentParser()\nparser.add_argument('--rate', default=3)\n"
    seen = box.observe(job(text + "rate = parser.parse_args().rate\ndef f(x):\n    return [rate, len(sys.argv)]"))
    assert values(seen) == [{"value": [3, 1]}, {"value": [3, 1]}]


def test_lines_are_those_of_python(inside: Box) -> None:
    text = "import inspect\n\x0c\nword = 'a\u2028b'\ndef f(x):\n    return inspect.getsource(f)"
    assert values(inside.observe(job(text)))[0] == {"value": "def f(x):\n    return inspect.getsource(f)"}


def test_a_deep_recursion_may_be_allowed_at_top_level(inside: Box) -> None:
    text = "import sys\nsys.setrecursionlimit(5000)\ndef f(x):\n    return x if x > 3000 else f(x + 1)"
    assert values(inside.observe(job(text))) == [{"value": 3001}, {"value": 3001}]


def test_own_files_may_be_locked(box: Box) -> None:
    text = """
import fcntl
import sqlite3

def f(x):
    with open("own.txt", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        fcntl.lockf(file, fcntl.LOCK_EX)
    with sqlite3.connect("own.db") as base:
        base.execute("create table if not exists rates (rate real)")
        base.execute("insert into rates values (?)", [x])
        return base.execute("select count(*) > 0 from rates").fetchone()[0]
"""
    assert values(box.observe(job(text))) == [{"value": 1}, {"value": 1}]


@pytest.mark.parametrize("start", ["spawn", "forkserver"])
def test_loaders_whose_workers_start_in_other_ways(start: str, inside: Box) -> None:
    text = f"""
import torch
from torch.utils.data import DataLoader

def f(x):
    loader = DataLoader(torch.arange(4), batch_size=2, num_workers=2, multiprocessing_context="{start}")
    return [batch.tolist() for batch in loader]
"""
    assert values(inside.observe(job(text)))[0] == {"value": [[0, 1], [2, 3]]}


def test_a_folder_of_the_modules_name(inside: Box) -> None:
    seen = inside.observe(job("def f(x):\n    return x", script=False, **{"program_py/a_csv": b"1"}))
    assert values(seen) == [{"value": 1}, {"value": 2}]


@pytest.mark.parametrize(
    ("script", "place", "line"),
    [
        (False, "program/__init__.py", "from program import double"),
        (False, "program/parts.py", "from program.parts import double"),
        (True, "program/__init__.py", "from program import double"),
    ],
)
def test_a_package_of_the_exercises_name_is_imported(script: bool, place: str, line: str, inside: Box) -> None:
    files = {place: b"def double(x):\n    return 2 * x"}
    asked = job(f"{line}\ndef f(x):\n    return double(x)", script=script)
    assert values(inside.observe(replace(asked, files=files))) == [{"value": 2}, {"value": 4}]


def test_errors_are_facts_of_their_own(box: Box) -> None:
    seen = box.observe(job("def f(x):\n    if x == 1:\n        raise ValueError('no ones')\n    return undefined"))
    first, second = (seen["scenarios"][name]["error"] for name in ("call", "again"))
    assert first == {"type": "ValueError", "library": "builtins", "text": "no ones", "line": 3, "undefined": None}
    assert second["type"] == "NameError"


def test_what_a_library_lacks_is_not_unwritten(box: Box) -> None:
    text = "import torch\ndef f(x):\n    if x == 1:\n        raise NotImplementedError('later')\n"
    seen = box.observe(job(f"{text}    return torch.log_softmax(torch.ones(2, dtype=torch.int64), 0)"))
    first, second = (seen["scenarios"][name]["error"] for name in ("call", "again"))
    assert (first["type"], second["type"]) == ("NotImplementedError", "RuntimeError")


def test_what_is_missing_is_named(inside: Box) -> None:
    seen = inside.observe(job("g = 1"))
    assert seen["loading"]["undefined"] == ["f"]
    assert seen["scenarios"]["call"]["error"]["undefined"] == "f"


def test_own_files_and_modules(box: Box) -> None:
    helper = b"def f(x):\n    return open('data.txt').read()"
    seen = box.observe(job("from helper import f", helper_py=helper, data_txt=b"A"))
    assert values(seen) == [{"value": "A"}, {"value": "A"}]


def test_what_one_wrote_is_gone_for_the_next(box: Box) -> None:
    box.observe(job("open('left.txt', 'w').write('x')\ndef f(x):\n    return x"))
    seen = box.observe(job("import os\ndef f(x):\n    return sorted(os.listdir('.'))"))
    assert values(seen) == [{"value": ["program.py"]}] * 2


def test_a_main_block_does_not_run(inside: Box) -> None:
    seen = inside.observe(job("def f(x):\n    return x\nif __name__ == '__main__':\n    f = None"))
    assert values(seen) == [{"value": 1}, {"value": 2}]


def test_each_scenario_starts_from_the_same_state(box: Box) -> None:
    text = "import torch, random\ndef f(x):\n    seen = [torch.rand(1), random.random(), torch.is_grad_enabled()]\n"
    seen = box.observe(job(text + "    torch.set_grad_enabled(False)\n    return [*seen, random.random()]"))
    assert values(seen)[0] == values(seen)[1]


@pytest.mark.parametrize("ending", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_a_scenario_that_dies_costs_itself(box: Box, ending: str) -> None:
    seen = box.observe(job(f"import os\ndef f(x):\n    if x == 1:\n        {ending}\n    return x"))
    assert "killed" in seen["scenarios"]["call"]
    assert values(seen)[1] == {"value": 2}


@pytest.mark.parametrize("dying", [1, 2, 3, 4])
@pytest.mark.parametrize("ending", ["os._exit(0)", "os.abort()", "signal.raise_signal(signal.SIGXCPU)"])
def test_one_that_dies_costs_itself_wherever_it_stands(inside: Box, dying: int, ending: str) -> None:
    text = f"import os, signal\ndef f(x):\n    if x == {dying}:\n        {ending}\n    return x"
    shown, hidden = (
        ("grader.exercises.ex0.scenarios", SEVERAL % {"first": 1, "second": 2}),
        ("solutions.ex0.scenarios", SEVERAL % {"first": 3, "second": 4}),
    )
    seen = inside.observe(replace(job(text), scenarios=(shown, hidden)))["scenarios"]
    assert [number for number in range(1, 5) if seen[f"s{number}"] != {"facts": {"value": number}}] == [dying]
    assert seen[f"s{dying}"].keys() <= {"killed", "timeout"}


def test_threads_that_loading_left(inside: Box) -> None:
    text = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    assert values(inside.observe(job(text + "def f(x):\n    return x"))) == [{"value": 1}, {"value": 2}]


def test_the_kits_own_call_does_nothing_in_the_box(inside: Box) -> None:
    """A word in a neighbour's text, or in this one, has IPython imported ahead; that makes no notebook."""
    called = "# IPython\nfrom grader import check\npoints = check('ex3', 'steps')\ndef f(x):\n    return points"
    seen = inside.observe(job(called))
    assert (seen["loading"]["skipped"], seen["signs"]) == ([], [])
    assert values(seen) == [{"value": None}] * 2


def test_processes_that_loading_started(inside: Box) -> None:
    """Only who started one may ask whether it is alive; in a fork, `poll` would tell of an end."""
    program = "[sys.executable, '-c', 'import time; time.sleep(100)']"
    start = f"import subprocess, sys\nhelper = subprocess.Popen({program})\n"
    seen = inside.observe(job(start + "def f(x):\n    return helper.poll()"))
    assert values(seen) == [{"value": None}] * 2
    worker = "import multiprocessing, time\nworker = multiprocessing.Process(target=time.sleep, args=(100,))\n"
    seen = inside.observe(job(worker + "worker.start()\ndef f(x):\n    return worker.is_alive()"))
    assert values(seen) == [{"value": True}] * 2


def test_all_runs_together_are_bounded(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sleeps wherever it can, beside a thread, is loaded anew for each scenario."""
    text = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    began = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr(limits, "WHOLE_WALL", 6.0)
        seen = box.observe(job(text + "def f(x):\n    time.sleep(60)"))
    assert time.monotonic() - began < 60  # each of the two sleeps as long
    assert [seen["scenarios"][name].keys() for name in ("call", "again")] == [{"timeout"}] * 2
    assert values(box.observe(job("def f(x):\n    return x"))) == [{"value": 1}, {"value": 2}]


def test_time_that_is_over_before_the_walls_stand_is_the_submissions_end(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not the box's, which would leave a student without a result."""
    with monkeypatch.context() as patched:
        patched.setattr(limits, "WHOLE_WALL", 0.0)
        seen = box.observe(job("def f(x):\n    return x"))
    assert (seen["loading"]["status"], seen["scenarios"]) == ("timeout", {})


def test_loaders_with_worker_processes(box: Box) -> None:
    text = "import torch\nfrom torch.utils.data import DataLoader\ndef f(x):\n"
    text += "    return [batch for batch in DataLoader(torch.arange(4), batch_size=2, num_workers=2)]"
    assert values(box.observe(job(text))) == [{"value": [[0, 1], [2, 3]]}] * 2


def test_one_read_asks_for_more_than_a_file_may_hold(inside: Box) -> None:
    """Processes ask for a whole message at once, and a careful reader for more than there is."""
    text = """
import multiprocessing

def f(x):
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=there.send_bytes, args=(bytes(40 << 20),))
    child.start()
    message = here.recv_bytes()
    child.join()
    with open("own.txt", "wb") as file:
        file.write(b"own")
    with open("own.txt", "rb") as file:
        return [len(message), len(file.read(10**8))]
"""
    assert values(inside.observe(job(text)))[0] == {"value": [40 << 20, 3]}


def test_some_scenarios_alone(inside: Box) -> None:
    seen = inside.observe(replace(job("def f(x):\n    return x"), only=("again",)))
    assert seen["scenarios"] == {"again": {"facts": {"value": 2}}}


def test_both_ways_see_the_same_of_a_reference() -> None:
    item = exercise("ex3")
    reference = job_for(item, item.reference, item.all_scenarios())
    with open_box() as first, open_box("none") as second:
        seen, plainly = first.observe(reference), second.observe(reference)
    assert seen["scenarios"] == plainly["scenarios"]
    assert seen["loading"] == plainly["loading"]


def test_the_plain_way_says_so_and_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX", "none")
    with open_box() as opened:
        assert isinstance(opened, PlainBox)
        assert opened.walls.startswith("none")


def test_without_any_wall_the_plain_way_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.box.walled.kinds", list)
    with open_box() as opened:
        assert isinstance(opened, PlainBox)


def test_the_plain_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    seen = PlainBox().observe(job("import os, tempfile\ntempfile.mkdtemp()\ndef f(x): os._exit(3)"))
    assert seen["scenarios"]["call"] == {"killed": "exit code 3"}
    assert not list(tmp_path.iterdir())


MADE = """
import signal
from pathlib import Path

import networkx
import torch.fx

Path("late.py").write_text("x = 1")
import late


class Late(Exception):
    pass


def stop(*_):
    raise Late


signal.signal(signal.SIGALRM, stop)


def f(x):
    torch.fx.symbolic_trace(torch.nn.Identity())
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        while True:
            pass
    except Late:
        return x
"""


def test_what_libraries_make_is_no_stranger_and_an_alarm_comes(box: Box) -> None:
    seen = box.observe(job(MADE))
    assert seen["scenarios"]["call"] == {"facts": {"value": 1}}
    told = [sign for sign in seen["signs"] if not sign.startswith("line ")]
    assert told == ["late was imported, and no text that was looked through names it"]
