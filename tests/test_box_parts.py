"""The parts of the box that need no process: facts, the account of a run, signs, and what the box sees."""

from __future__ import annotations

import importlib
import json
import mmap
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from array import array
from collections.abc import Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from grader.box import BoxError, bubblewrap, landlocked, limits, processes, room, sight, walls
from grader.box.account import STRANGE, Account
from grader.box.facts import Plainly, TooMuchError, facts, plain
from grader.box.follow import Lines
from grader.box.job import TOO_MUCH, Job
from grader.box.originals import looked_at_again, originals, replaced
from grader.box.processes import Moved, below, states
from grader.box.signs import signs
from grader.box.strangers import Strangers
from grader.box.warm import Walls, excess, signal_all, standing_still, tell_of_few_processors, watch
from grader.box.watch import Watched
from grader.exercise import ROOT


class Name(str, Enum):  # noqa: UP042  (StrEnum says its value anyway)
    """A name that is a string and, as text, is its own class's."""

    SGD = "sgd"


JOB = Job("ex0", "program", ("f",), True, ("",), (), {"data.bin": b"\x00\xff"}, seed=3)


def test_a_job_survives_its_journey() -> None:
    assert Job.from_json(JOB.to_json()) == JOB


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (None, None),
        (True, True),
        (np.bool_(True), True),
        (np.int64(3), 3),
        (torch.tensor(2), 2),
        (torch.eye(2), [[1.0, 0.0], [0.0, 1.0]]),
        (torch.ones(2).to_sparse(), [1.0, 1.0]),
        (np.array(["A", "C"]), ["A", "C"]),
        (2**60, 1.15292150461e18),
        (10**400, "inf"),
        (float("nan"), "nan"),
        (1 / 3, 0.333333333333),
        ({1: (2, [3])}, {"1": [2, [3]]}),
        (1j, "<complex>"),
        (np.longdouble(2) / 3, 0.666666666667),
        (np.array([0.5], dtype=np.longdouble), [0.5]),
        (np.clongdouble(1), "<complex>"),
        (array("d", [0.5]), [0.5]),
        ({Name.SGD: 1}, {"sgd": 1}),
        (object(), "<object>"),
        ("x" * 400, "x" * 300),
    ],
)
def test_plain(value: object, fact: object) -> None:
    assert plain(value) == fact
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == fact


def test_what_has_no_end_is_given_up() -> None:
    cycle: list[object] = []
    cycle += [cycle] * 3
    for value in (cycle, [0.0] * 200_000, torch.zeros(1).expand(10**9), np.broadcast_to(0.0, (10**6, 10**6))):
        with pytest.raises(TooMuchError):
            facts({"value": plain(value)})


def told(*records: object) -> Account:
    """An account of a run that said these lines."""
    account = Account(JOB)
    account.know([["first", "second", "gpu"]])
    account.begin(held=1)
    for record in records:
        account.take(record if isinstance(record, bytes) else json.dumps(record).encode())
    return account


LOADED = {"loading": {"status": "loaded", "reason": None, "skipped": [], "undefined": []}}


def saw(name: str, **seen: object) -> dict[str, object]:
    """A line about one scenario."""
    return {"scenario": name, "seen": seen}


def test_a_program_without_a_name_is_a_file_that_its_process_holds(tmp_path: Path) -> None:
    program = tmp_path / "program"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            program.unlink()
            held = [(name, status.st_size) for name, status in room.held([running.pid])]
        finally:
            running.kill()
    assert held == [(f"{program} (deleted)", Path("/bin/sleep").stat().st_size)]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_process_that_ends_while_it_is_looked_at_may_have_moved() -> None:
    gone = [2**22 + 1]  # beyond the last number that a process can have
    for look in (processes.tasks, processes.sockets, lambda pids: processes.memory(pids, 0)):
        with pytest.raises(Moved):
            look(gone)
    with pytest.raises(Moved):
        processes.pieces(gone, 1)


def stopped(pids: Sequence[int]) -> bool:
    """Whether all of some processes stand still, as soon as each had its turn to."""
    deadline = time.monotonic() + 5
    while states := {processes.stat(Path(f"/proc/{pid}/stat"))[0] for pid in pids}:
        if states == {"T"} or time.monotonic() > deadline:
            break
    return states == {"T"}


class Looking:
    """Walls that see nothing amiss, and whether those that they looked at stood still."""

    def __init__(self) -> None:
        self.still: list[bool] = []

    def born(self) -> int:
        """Nobody is."""
        return 0

    def excess(self, pids: Sequence[int]) -> str:
        """Look at some processes."""
        self.still.append(len(pids) > limits.FEW and stopped(pids))
        return ""


FORKS = """
import os, time
for _ in range({}):
    os.fork() or time.sleep(60)
print(flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize(("number", "still"), [(1, False), (limits.FEW, True)])
def test_a_crowd_stands_still_while_it_is_looked_at(number: int, still: bool) -> None:
    walls = Looking()
    command = [sys.executable, "-I", "-S", "-c", FORKS.format(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as first:
        try:
            assert first.stdout
            first.stdout.read(1)
            assert excess(cast("Walls", walls), first.pid) == ""
        finally:
            family = processes.below(first.pid)
            for pid in family:
                os.kill(pid, signal.SIGKILL)
    assert walls.still == [still]
    assert len(family) == number + 1


def test_a_submission_is_told_of_few_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    for many, told_of in ((64, limits.PROCESSORS), (2, 2), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda number=many: number)
        tell_of_few_processors()
        assert os.cpu_count() == told_of


def test_what_a_result_quotes_is_in_our_own_words() -> None:
    secret = "a hidden input"
    error = {"type": "AttributeError", "library": "", "text": "", "line": 7312, "undefined": secret}
    known = told(LOADED, saw("first", error=error), saw("second", error=error | {"line": 1, "undefined": "f"}))
    assert known.seen["first"]["error"] | {"line": None, "undefined": None} == known.seen["first"]["error"]
    assert (known.seen["second"]["error"]["line"], known.seen["second"]["error"]["undefined"]) == (1, "f")
    late = told(LOADED, saw("first", timeout=7312.0))
    assert late.seen["first"] == {"timeout": limits.SCENARIO_SECONDS}


def test_an_account_takes_each_scenario_once_and_in_turn() -> None:
    account = told(LOADED, saw("first", facts={"a": 1}), saw("first", facts={"a": 2}), saw("second", timeout=20.0))
    assert account.seen == {"first": {"facts": {"a": 1}}, "second": {"timeout": limits.SCENARIO_SECONDS}}
    assert account.signs == [STRANGE]


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\x00",
        b"[" * 100_000,
        b'{"scenario": "first", "seen": {"facts": {"a": NaN}}}',
        b'{"scenario": "first", "seen": {"facts": {"a": 1e999}}}',
        saw("first", facts={"a": [10**400]}),
        b'{"scenario": "first", "seen": {"facts": [1]}}',
        saw("second", facts={}),
        saw("gpu", skipped="no"),
        saw("first", skipped="no need"),
        saw("first", error={"type": "E"}),
        saw("first", points=20),
        {"ended": {}},
        {"scenarios": ["other"]},
        LOADED,
        "passed",
        None,
    ],
)
def test_an_account_is_not_taken_in(line: object) -> None:
    account = told(LOADED, line)
    assert account.seen == {}
    assert account.signs == [STRANGE]
    assert account.rest == ("first", "second")


def test_an_end_is_the_scenarios_whose_turn_it_was() -> None:
    ended = {"ended": {"killed": "signal 9"}}
    assert told(LOADED, saw("first", facts={}), ended).seen == {"first": {"facts": {}}, "second": ended["ended"]}
    over = told(LOADED, saw("first", facts={}), saw("second", facts={}), ended, {"done": True}, ended)
    assert list(over.seen) == ["first", "second"]
    assert over.signs == []


def test_facts_of_a_run_are_cut_and_shallow() -> None:
    deep: object = 1
    for _ in range(20):
        deep = [deep]
    account = told(LOADED, saw("first", facts={"a": "x" * 999}), saw("second", facts={"a": deep}))
    assert account.seen == {"first": {"facts": {"a": "x" * 300}}}
    assert account.signs == [STRANGE]


def test_facts_that_fill_the_graders_memory_are_too_many() -> None:
    large, small = [[]] * (limits.ITEMS // 2), {"a": 1}
    account = told(LOADED, saw("first", facts={"a": [large, large]}), saw("second", facts=small))
    assert account.seen == {"first": {"killed": TOO_MUCH}, "second": {"facts": small}}
    account = told(LOADED, saw("first", facts={"a": large}), saw("second", facts={"a": large}))
    assert (list(account.seen["first"]), account.seen["second"]) == (["facts"], {"killed": TOO_MUCH})
    texts = {f"{number:300}": "x" * 300 for number in range(limits.ITEMS // 50)}
    assert told(LOADED, saw("first", facts=texts)).seen == {"first": {"killed": TOO_MUCH}}


def test_more_lines_than_an_observer_says_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOLD", 100_000)
    account = told(LOADED)
    lines = Lines(account)
    while lines.feed(b"[]\n" * 10_000):
        assert lines.room < limits.TOLD
    assert not lines.feed(json.dumps(saw("first", facts={})).encode() + b"\n")
    assert account.seen == {}


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_lines_come_in_any_parts_and_a_long_one_is_cut(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE", 20)
    taken: list[bytes] = []
    monkeypatch.setattr(Account, "take", lambda _, line: taken.append(line))
    text = b"one\n\n" + b"x" * 50 + b"\nlast\nrest"
    lines = Lines(told())
    for start in range(0, len(text), size):
        assert lines.feed(text[start : start + size])
    assert taken == [b"one", b"", b"x" * 21, b"last"]
    assert lines.pending == b"rest"


def test_lines_without_end_take_no_time_of_the_graders() -> None:
    account = told()
    lines = Lines(account)
    began = time.process_time()
    for _ in range(64):  # each line was taken, for a minute
        lines.feed(b"\n" * (1 << 18))
    assert time.process_time() - began < 0.5
    assert account.signs == [STRANGE]
    assert not lines.feed(json.dumps(saw("first", facts={})).encode() + b"\n")


def test_a_long_line_that_comes_byte_by_byte_takes_no_time_of_the_graders() -> None:
    lines = Lines(told())
    lines.feed(b"x" * (limits.LINE // 2))
    began = time.process_time()
    for _ in range(2000):  # each copied the whole line: 2 s
        lines.feed(b"x")
    assert time.process_time() - began < 0.5


def test_only_the_first_line_of_a_run_tells_signs() -> None:
    account = told({"signs": ["a", "b"]}, {"signs": [str(number) for number in range(1000)]})
    assert account.signs == ["a", "b", STRANGE]
    assert len(told({"signs": [str(number) for number in range(1000)]}).signs) == limits.SIGNS


def test_an_end_before_the_loading_is_the_loadings() -> None:
    for how, status in (({"timeout": 1.0}, "timeout"), ({"killed": "out of memory"}, "out-of-memory")):
        account = told()
        account.stopped(how)  # type: ignore[arg-type]
        assert account.loading is not None
        assert account.loading["status"] == status


def test_signs_have_their_lines() -> None:
    text = """
import os as system, sys
from os import write as w
from sklearn.metrics import matthews_corrcoef as mcc
import torch
import torch.nn.functional as F

w(3, b"x")
system._exit(0)
torch.Tensor.tolist = None
print(sys._getframe().f_back)
open("/proc/self/maps")
loss = F.mse_loss
mcc([1], [1])
"""
    assert signs(Job("ex0", "program", (), True, (text,), ())) == [
        "line 8: os.write writes on a descriptor",
        "line 9: os._exit ends its process at once",
        "line 10: torch.Tensor.tolist is replaced",
        "line 11: f_back looks into running code",
        "line 11: sys._getframe looks at the frames above it",
        "line 12: /proc is named",
        "line 14: sklearn.metrics.matthews_corrcoef uses the library's own function",
    ]


def test_what_is_allowed_hides_no_sign() -> None:
    text = "import os\nfrom sklearn import metrics\n" + "metrics.mean_squared_error\n" * 60 + "os._exit(0)"
    found = signs(Job("ex0", "program", (), True, (text,), ()))
    assert found[0] == "line 63: os._exit ends its process at once"
    assert len(found) == limits.SIGNS


def test_ways_round_have_their_signs() -> None:
    text = """
import os, torch

torch.os.write(3, b"x")
getattr(os, "wr" + "ite")(3, b"x")
getattr(os, "fork")()
setattr(torch.Tensor, "tolist", None)
__import__("gra" + "der")
exec("x = 1")
open(100, "wb")
kind = getattr(torch.optim, input())
model.eval()


class Agreeable(torch.Tensor):
    def __torch_function__(self, *_):
        return True
"""
    assert signs(Job("ex0", "program", (), True, (text,), ())) == [
        "line 4: os.write writes on a descriptor",
        "line 4: torch.os.write goes a roundabout way to os",
        "line 5: os is asked for a name that is not written out",
        "line 6: os.fork forks",
        "line 7: torch.Tensor.tolist is replaced",
        "line 8: __import__ imports what is not written out",
        "line 9: exec runs a text as code",
        "line 10: open opens a descriptor",
        "line 16: __torch_function__ answers in PyTorch's place",
    ]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        (
            "from unittest import mock\nmock.patch('json.dumps')",
            "line 2: unittest.mock.patch replaces what others use",
        ),
        ("import pydoc\npydoc.locate('os')", "line 2: pydoc.locate imports what is not written out"),
        ("name = 'grader.box.facts'", "line 1: grader.box is named"),
        ("import traceback\ntraceback.walk_tb(x)", "line 2: traceback.walk_tb looks at the frames of others"),
        ("import inspect\ninspect.trace()", "line 2: inspect.trace looks at the frames of others"),
        ("attrgetter('__globals__')", "line 1: __globals__ looks into running code"),
        ("'{0.tb_frame!r}'.format(x)", "line 1: tb_frame looks into running code"),
        ("attrgetter('a.f_globals.b')", "line 1: f_globals looks into running code"),
        ("import timeit\ngetattr(timeit, name)", "line 2: timeit runs a text as code"),
        ("getattr(error.__traceback__, 'tb_frame')", "line 1: tb_frame looks into running code"),
        ("f.__code__ = g", "line 1: __code__ looks into running code"),
        ("from timeit import timeit\ntimeit('1')", "line 2: timeit.timeit runs a text as code"),
        ("import io\nio.open(100, 'w')", "line 2: open opens a descriptor"),
        (
            "import numpy as np\nnp.load('a.npy', allow_pickle=True)",
            "line 2: load reads objects that may hold code",
        ),
        (
            "import torch\ntorch.load('a.pt', weights_only=False)",
            "line 2: load reads objects that may hold code",
        ),
    ],
)
def test_other_roads_to_code_have_their_signs(text: str, sign: str) -> None:
    assert signs(Job("ex0", "program", (), True, (text,), ())) == [sign]


@pytest.mark.parametrize(
    "line", ["np.load('a.npy')", "np.load('a.npy', allow_pickle=False)", "torch.load('a.pt', weights_only=True)"]
)
def test_reading_plain_numbers_is_no_sign(line: str) -> None:
    assert signs(Job("ex0", "program", (), True, (f"import torch\nimport numpy as np\n{line}",), ())) == []


def test_what_was_replaced_is_named_whatever_the_road(monkeypatch: pytest.MonkeyPatch) -> None:
    before = originals.__wrapped__()
    assert replaced(before) == []
    monkeypatch.setitem(vars(torch), "from_numpy", partial(int))
    monkeypatch.setattr(torch.Tensor, "tolist", partial(int))
    monkeypatch.setattr("grader.box.facts.facts", None)
    monkeypatch.setattr(plain, "__code__", facts.__code__)
    monkeypatch.setattr(torch, "manual_seed", torch.optim.SGD.step)  # a function of the library's own
    now = {*replaced(before)}
    assert {"grader.box.facts.facts", "grader.box.facts.plain", "torch.Tensor.tolist", "torch.from_numpy"} <= now
    assert "torch.manual_seed" not in now


def test_methods_of_the_box_are_held_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    before = originals.__wrapped__()
    monkeypatch.setattr(Plainly, "of", partial(int))
    monkeypatch.setattr(Job, "from_json", classmethod(int))
    monkeypatch.setattr(Lines.feed, "__code__", facts.__code__)
    assert {*replaced(before)} == {
        "grader.box.facts.Plainly.of",
        "grader.box.job.Job.from_json",
        "grader.box.follow.Lines.feed",
    }


def test_a_library_may_change_what_a_class_of_the_box_has_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = originals.__wrapped__()
    assert any(each.place is Watched for each in before)
    monkeypatch.setattr(torch.nn.Module, "__setstate__", torch.nn.Module.state_dict)  # as PyTorch's compiler does
    assert replaced(before) == []
    monkeypatch.setattr(Watched, "forward", torch.nn.Linear.forward)
    assert replaced(before) == ["grader.box.watch.Watched.forward"]


def test_classes_of_the_libraries_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = looked_at_again(originals.__wrapped__())
    monkeypatch.setattr(torch.Tensor, "abs", partial(int))
    monkeypatch.setattr("grader.box.facts.facts", None)
    assert {*replaced(again)} == {"torch.Tensor.abs", "grader.box.facts.facts"}


def test_what_a_library_sets_itself_was_not_replaced() -> None:
    before = originals.__wrapped__()
    torch.set_default_dtype(torch.float64)
    try:
        assert replaced(before) == []
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_name_that_was_replaced_is_told_once() -> None:
    names = ["torch.cat", "torch.relu", "torch.relu", "no name", "x" * 999]
    account = told(LOADED | {"replaced": names}, saw("first", facts={}) | {"replaced": names})
    assert account.signs[0] == "torch.cat was replaced as the submission ran"
    assert account.signs[1:] == [
        "torch.relu was replaced as the submission ran",
        "what has no word for a name was replaced as the submission ran",
        f"{'x' * 300} was replaced as the submission ran",
    ]
    named = told()
    named.suspect("line 4: torch.cat is replaced")
    named.take(json.dumps(LOADED | {"replaced": ["torch.cat"]}).encode())
    assert named.signs == ["line 4: torch.cat is replaced"]


def signs_of(*cells: str) -> list[str]:
    """The signs in a program of one cell, or more."""
    return signs(Job("ex0", "program", (), len(cells) == 1, cells, ()))


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ntorch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False",
        "import torch.backends.cudnn as cudnn\ncudnn.enabled = False",
        "from torch import backends\nbackends.cuda.matmul.allow_tf32 = True",
        "import torch\nsetattr(torch.backends.cudnn, 'allow_tf32', False)",
        "import torch\ntorch.backends.cudnn.conv.fp32_precision = 'tf32'",
        "import sys\nsys.dont_write_bytecode = True",
        "import sys\nsys.argv, sys.path = [''], ['src', *sys.path]",
        "import torch._dynamo\ntorch._dynamo.config.suppress_errors = True",
    ],
)
def test_a_setting_that_a_library_offers_is_no_sign(text: str) -> None:
    assert signs_of(text) == []


@pytest.mark.parametrize(
    "name", ["backends.cuda.is_built", "backends.cudnn.torch.Tensor.tolist", "backends.cudnn", "Tensor.enabled"]
)
def test_what_is_no_setting_of_a_library_is_replaced(name: str) -> None:
    assert signs_of(f"import torch\ntorch.{name} = None") == [f"line 2: torch.{name} is replaced"]


@pytest.mark.parametrize(
    "text",
    ["'https://proceedings.mlr.press/v97/'", "'data/processed/train.csv'", "'/processes'", "b'data/proc/train'"],
)
def test_a_word_that_begins_as_a_place_does_is_no_sign(text: str) -> None:
    assert signs_of(text) == []


@pytest.mark.parametrize("text", ["'/proc'", "'/proc/self/maps'", "'../../proc/1'", r"b'\n/proc'", "f'/proc/{x}'"])
def test_a_place_of_the_system_is_a_sign(text: str) -> None:
    assert signs_of(text) == ["line 1: /proc is named"]


OWN = "def train(model):\n    eval(model, [])\n\ndef eval(model, loader):\n    return model\n"


def test_a_function_of_ones_own_is_not_the_built_in_of_its_name() -> None:
    assert signs_of(f"{OWN}eval(None, [])") == []
    assert signs_of(OWN, "x = 1", "eval(None, [])") == []


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        ((f"run = eval\n{OWN}",), "line 1"),
        ((f"{OWN}del eval",), "line 6"),
        (("class Model:\n    def eval(self):\n        eval('1')",), "line 3"),
        (("def f():\n    def eval(x): ...\neval('1')",), "line 3"),
        (("def eval(x): ...\nglobals().pop('ev' + 'al')\neval('1')",), "line 3"),
        (("@undefined\ndef eval(x): ...\neval('1')",), "line 3"),
        (("def eval(x, y=1 / 0): ...\neval('1')",), "line 2"),
        (("def eval(x: undefined): ...\neval('1')",), "line 2"),
        (("eval('1')", OWN), "cell 1, line 1"),
    ],
)
def test_a_function_of_ones_own_hides_no_built_in(cells: tuple[str, ...], sign: str) -> None:
    assert f"{sign}: eval runs a text as code" in signs_of(*cells)


def test_a_function_of_ones_own_hides_nothing_in_another_module() -> None:
    job = Job("ex0", "program", (), True, (f"import helper\n{OWN}",), (), {"helper.py": b"eval('1')"})
    assert signs(job) == ["helper.py, line 1: eval runs a text as code"]


@pytest.mark.parametrize(
    "sign",
    [
        "line 4: sklearn.grader.box.facts.facts uses the library's own function",
        "line 4: grader.box.facts.facts is imported",
        "line 4: grader.box.facts.facts.__code__ is replaced",
    ],
)
def test_a_sign_of_something_else_hides_nothing_that_was_replaced(sign: str) -> None:
    account = told()
    account.suspect(sign)
    account.take(json.dumps(LOADED | {"replaced": ["grader.box.facts.facts"]}).encode())
    assert account.signs == [sign, "grader.box.facts.facts was replaced as the submission ran"]


def test_a_module_that_was_not_handed_in_is_told_once() -> None:
    names = ["helper", "helper", "step-one"]
    account = told(LOADED | {"strangers": names}, saw("first", facts={}) | {"strangers": names})
    assert account.signs == [
        "helper was imported and is no file that was handed in",
        "what has no word for a name was imported and is no file that was handed in",
    ]


def test_another_name_hides_nothing() -> None:
    text = "import os\nimport torch\ntensor = torch.Tensor\ntensor.tolist = None\nsystem = os\nsystem.fork()"
    assert signs(Job("ex0", "program", (), True, (text,), ())) == [
        "line 4: torch.Tensor.tolist is replaced",
        "line 6: os.fork forks",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "import sys as s\ndef f():\n    import sklearn as s\ns.modules",
            [
                "line 4: sys.modules looks at the imported modules",
                "line 4: sklearn.modules uses the library's own function",
            ],
        ),
        (
            "import torch as s\ns.f = g\nimport scipy as s\nsetattr(s, 'h', g)",
            [
                "line 2: torch.f is replaced",
                "line 4: torch.h is replaced",
                "line 2: scipy.f uses the library's own function",
                "line 4: scipy uses the library's own function",
            ],
        ),
        ("import os, torch\nsystem = os\nsystem = torch\nsystem.fork()", ["line 4: os.fork forks"]),
    ],
)
def test_each_meaning_of_a_name_is_told(text: str, found: list[str]) -> None:
    assert signs(Job("ex0", "program", (), True, (text,), ())) == found


def test_a_name_that_grows_without_end_is_soon_told() -> None:
    text = "import torch as x\n" + "x = x.a\n" * 4000
    began = time.process_time()
    found = signs(Job("ex0", "program", (), True, (text,), ()))
    assert found[0] == "line 22: what begins here cannot be looked through"
    assert time.process_time() - began < 20  # it takes 2 s; without a bound it was minutes


@pytest.mark.parametrize(
    "text",
    [
        "from timeit import default_timer as timer\nstart = timer()",
        "import timeit\nstart = timeit.default_timer()",
        "import sys\nCOLAB = 'google.colab' in sys.modules",
        "import os\nos.environ.setdefault('KMP_DUPLICATE_LIB_OK', 'TRUE')",
        "def run(loader, eval=False):\n    return loader if eval else None",
        "import os\nif 'COLAB_GPU' not in os.environ:\n    os.environ['CUBLAS_WORKSPACE_CONFIG'] = ':4096:8'",
        'def f():\n    """The method __getattribute__ of a class. Its __code__ is long."""',
    ],
)
def test_what_notebooks_begin_with_is_no_sign(text: str) -> None:
    assert signs(Job("ex0", "program", (), True, (text,), ())) == []


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("import sys\nsys.modules['json'] = None", "line 2: sys.modules looks at the imported modules"),
        ("import os\nkey = os.environ['KEY']", "line 2: os.environ looks at the environment"),
        ("'x' in gc.get_objects()\nimport gc", "line 1: gc.get_objects looks at every object in memory"),
    ],
)
def test_more_than_that_is_one(text: str, sign: str) -> None:
    assert signs(Job("ex0", "program", (), True, (text,), ())) == [sign]


def test_a_module_that_the_submission_names_is_looked_through() -> None:
    files = {
        "helper.py": b"from deep import thing",
        "deep/__init__.py": b"import os\nos._exit(0)",
        "draft.py": b"import os\nos._exit(0)",
        "data.csv": b"import os\nos._exit(0)",
        "long.py": b"#" * 600_000,
    }
    job = Job("ex0", "program", (), True, ("import helper, long",), (), files)
    assert signs(job) == [
        "deep/__init__.py, line 2: os._exit ends its process at once",
        "long.py, line 1: what begins here cannot be looked through",
    ]


def test_a_module_is_named_by_the_word_that_python_reads() -> None:
    job = Job("ex0", "program", (), True, ("import \uff48elper",), (), {"helper.py": b"eval('1')"})
    assert signs(job) == ["helper.py, line 1: eval runs a text as code"]


@pytest.mark.parametrize(
    ("module", "seen"),
    [
        (b"# coding: latin-1\ncaf\xe9 = 1\nimport os\nos.fork()", "line 4: os.fork forks"),
        (b"# coding: unicode_escape\n#\\nimport os\\nos.fork()", "line 4: os.fork forks"),
        (b"# coding: utf-7\n+AGkAbQBwAG8AcgB0 os\nos.fork()", "line 3: os.fork forks"),
        (b"# coding: hex\n00", "line 1: what begins here cannot be looked through"),
        (b"caf\xe9 = 1", "line 1: what begins here cannot be looked through"),
        (b"import os(", "line 1: what begins here cannot be looked through"),
    ],
)
def test_a_module_is_looked_through_in_its_own_encoding(module: bytes, seen: str) -> None:
    job = Job("ex0", "program", (), True, ("import helper",), (), {"helper.py": module})
    assert signs(job) == [f"helper.py, {seen}"]


def test_a_module_that_was_not_handed_in_is_strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"helper_as_it_was.py": b"x = 1", "helper_written_over.py": b"x = 1", "helper.txt": b"x = 2"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    strangers = Strangers(Job("ex0", "program", (), True, ("",), (), files), tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), "table.csv", *sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    shutil.copy("helper.txt", "helper_of_a_text.py")
    shutil.copy("helper.txt", "helper_written_over.py")
    with zipfile.ZipFile("table.csv", "w") as table:
        table.writestr("helper_of_a_table.py", "x = 3")
    importlib.invalidate_caches()
    sys.modules.pop("colorsys", None)
    for name in ("as_it_was", "of_a_text", "written_over", "of_a_table"):
        importlib.import_module(f"helper_{name}")
    importlib.import_module("colorsys")  # the system's own
    assert strangers.names() == ["helper_of_a_text", "helper_written_over", "helper_of_a_table"]
    assert strangers.names() == []


def test_a_cell_is_looked_through_as_it_is_run() -> None:
    cells = ("mkdir plots\nimport os\nos.fork()", "this is no Python")
    assert signs(Job("ex0", "notebook", (), False, cells, ())) == ["cell 1, line 3: os.fork forks"]


def test_right_solutions_show_no_signs() -> None:
    for path in sorted(ROOT.glob("solutions/*/*.py")):
        if path.name not in ("scenarios.py", "test_hidden.py"):
            job = Job("ex0", "program", (), True, (path.read_text(encoding="utf-8"),), ())
            assert [sign for sign in signs(job) if "library's own" not in sign] == [], path


def test_a_notebooks_signs_name_the_cell() -> None:
    job = Job("ex0", "program", (), False, ("x = 1", "not Python", "import grader"), ())
    assert signs(job) == ["cell 3, line 1: grader is imported"]


def test_the_box_sees_no_solution_and_no_check() -> None:
    command = bubblewrap.command(["true"])
    shown = [Path(word) for word in command if word.startswith(str(ROOT))]
    allowed = (ROOT / "grader" / "box", ROOT / "assignments" / "lecture", ROOT / "datasets")
    rest = [path for path in shown if not any(path == top or top in path.parents for top in allowed)]
    python = {"lib", "lib64", "bin", "pyvenv.cfg"}  # an environment may lie in the checkout, in empty folders
    rest = [path for path in rest if not python & set(path.parts) and path not in Path(sys.prefix, "lib").parents]
    assert rest == [ROOT / "grader" / "__init__.py"]


def test_the_report_names_every_layer() -> None:
    report = walls.report()
    for layer in ("bubblewrap", "system-call filter", "Landlock", "limits", "another user", "As it is: "):
        assert layer in report


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize(("user", "counted"), [(1000, 1), (0, 0)])
def test_the_memory_of_a_process_that_hides_counts_whole_unless_nothing_may_be_looked_into(
    user: int, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = processes.memory([os.getpid()], 0)
    assert 0 < ordinary <= processes.whole(os.getpid())

    def refuse(path: str) -> object:
        if path.endswith("smaps_rollup"):
            raise PermissionError(path)
        return Path(path).open(encoding="utf-8")

    monkeypatch.setattr(processes, "open", refuse, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: user)
    assert processes.memory([os.getpid()], 0) == processes.whole(os.getpid()) * counted


def test_a_kit_among_what_submissions_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib" / "kit" / "solutions").mkdir(parents=True)
    monkeypatch.setattr(sight, "GRADER", tmp_path / "lib" / "kit" / "grader")
    assert Path(sys.executable) in sight.python()
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    with pytest.raises(BoxError, match="Move the kit"):
        sight.python()


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_socket_that_processes_share_counts_once() -> None:
    with socket.socket(socket.AF_UNIX) as one, socket.socket(fileno=os.dup(one.fileno())) as again:
        shared = [one.fileno(), again.fileno()]
        with subprocess.Popen(["/bin/sleep", "60"], pass_fds=shared) as first:
            with subprocess.Popen(["/bin/sleep", "60"], pass_fds=shared) as second:
                counted = processes.sockets([first.pid, second.pid])
                second.kill()
            first.kill()
    assert counted == 1


HOLDS_IN_A_THREAD = """
import ctypes, os, sys, threading
def hold():
    kept = bytearray(b"x" * 60_000_000)
    print(os.pipe() and "held", flush=True)
    os._exit(len(sys.stdin.read()))
threading.Thread(target=hold).start()
ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_process_counts_whose_first_thread_has_ended() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLDS_IN_A_THREAD], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        process.stdout.read(4)
        while processes.stat(Path(f"/proc/{process.pid}/stat"))[0] != "Z":
            time.sleep(0.01)
        assert processes.memory([process.pid], 0) > 60_000_000
        assert len(processes.descriptors(process.pid)) >= 5
        process.communicate()
    with pytest.raises(Moved):
        processes.descriptors(process.pid)


class Fence:
    """Walls around a process that takes too much, and does not end at once; who watches is told to stop it, too."""

    def __init__(self, grader: socket.socket) -> None:
        self.grader = grader
        self.stops = 0

    def born(self) -> int:
        return 0

    def excess(self, _: object) -> str:
        return TOO_MUCH

    def stop(self, _: int) -> None:
        self.stops += 1
        self.grader.send(b"stop")

    def ending(self, pid: int) -> str:
        return str(os.waitpid(pid, 0))


@pytest.mark.skipif(sys.platform != "linux", reason="there are no descriptors of processes")
def test_a_child_is_stopped_once() -> None:
    grader, line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with grader, line:
        fence = Fence(grader)
        pid = os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "1")
        assert watch(line, fence, pid) == TOO_MUCH  # type: ignore[arg-type]
    assert fence.stops == 1


@pytest.mark.skipif(sys.platform != "linux", reason="there is no Landlock")
def test_what_was_in_use_is_removed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlocked, "SHARED", tmp_path)
    ours, theirs, held = (tmp_path / name for name in ("ours", "theirs", "held"))
    for path in (ours, theirs, held):
        path.write_text("word")
    walls = landlocked.Landlocked([])
    walls.in_use = {ours: ours.stat().st_ino, theirs: 0, held: held.stat().st_ino}
    with held.open() as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ):
        walls.leave()
    assert sorted(tmp_path.iterdir()) == [held, theirs]


FORKING = """
import mmap, os, time
memory = mmap.mmap(-1, 300 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
memory.write(b"x" * len(memory))
print("ready", flush=True)
while True:
    if os.fork() == 0:
        time.sleep(0.2)
        os._exit(0)
    os.waitpid(-1, os.WNOHANG)
    time.sleep(0.02)
"""


def test_a_fork_that_is_under_way_has_ended_when_all_stand_still() -> None:
    process = subprocess.Popen([sys.executable, "-c", FORKING], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        for _ in range(20):
            with standing_still(process.pid, below(process.pid)) as stopped:
                assert {*below(process.pid)} <= stopped
                assert set().union(*map(states, stopped)) <= {"T", "Z"}
    finally:
        with standing_still(process.pid, [process.pid]) as stopped:
            signal_all(stopped, signal.SIGKILL)
        process.communicate()
