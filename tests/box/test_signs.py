"""What of a submission's text is a sign, on which line, and what is none."""

from __future__ import annotations

import sys
import time
from types import ModuleType

import pytest

from grader.box import limits
from grader.box.job import Job
from grader.box.signs import signs
from grader.exercise import ROOT


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
        ("import kit.grader.box.child", "line 1: kit.grader.box.child is imported"),
        ("import grader as kit\nhelp(kit)", "line 2: grader is used"),
        ("import grader\ngrader.check\ngrader.record.of", "line 3: grader.record.of is used"),
        ("import grader\ngrader.check = print", "line 2: grader.check is replaced"),
        ("sys.path.append('/kit/grader')", "line 1: /grader is named"),
        ("import os\nos.writev(3, [b'x'])", "line 2: os.writev writes on a descriptor"),
        ("import io\nio.FileIO(n, 'w')", "line 2: io.FileIO opens a descriptor"),
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
        "import torch._inductor.config\ntorch._inductor.config.triton.cudagraphs = False",
        "import ssl\nssl._create_default_https_context = ssl._create_unverified_context",
        "import torch\ntorch.utils.deterministic.fill_uninitialized_memory = False",
        "import tempfile\ntempfile.tempdir = '.'",
        "import numpy as np\nnp.bool = np.bool_",
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
    [
        "'https://proceedings.mlr.press/v97/'",
        "'my/graders/a.csv'",
        "'autograder/a.csv'",
        "'data/processed/train.csv'",
        "'/processes'",
        "b'data/proc/train'",
        "'./proc/train'",
        "'~/proc/train'",
    ],
)
def test_a_word_that_begins_as_a_place_does_is_no_sign(text: str) -> None:
    assert signs_of(text) == []


@pytest.mark.parametrize(
    "text", ["'/proc'", "'/proc/self/maps'", "'/./proc/1'", "'../../proc/1'", r"b'\n/proc'", "f'/proc/{x}'"]
)
def test_a_place_of_the_system_is_a_sign(text: str) -> None:
    assert signs_of(text) == ["line 1: /proc is named"]


OWN = "def train(model):\n    eval(model, [])\n\ndef eval(model, loader):\n    return model\n"


ANNOTATED = """
import torch
from torch import nn
from torch.utils.data import DataLoader


def fit(model: nn.Module, loader: DataLoader) -> dict[str, list[float]]:
    return {"mean": [eval(model, loader)]}


@torch.no_grad()
def eval(model: nn.Module, loader: DataLoader, limit: int | None = None, *, by=3) -> tuple[float, float]:
    return model(loader)


print(vars(fit), eval(None, []))
"""


def test_annotations_and_decorators_as_everybody_has_them_let_a_function_be_ones_own() -> None:
    assert signs_of(ANNOTATED) == []


def test_a_function_of_ones_own_is_not_the_built_in_of_its_name() -> None:
    assert signs_of(f"{OWN}eval(None, [])") == []
    assert signs_of(OWN, "x = 1", "eval(None, [])") == []


def test_no_function_of_ones_own_is_called_exec() -> None:
    assert signs_of("def exec(text): ...\nexec('1')") == ["line 2: exec runs a text as code"]
    assert signs_of("def run(exec): exec('1')") == ["line 1: exec runs a text as code"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("import torch\nvars(torch)['cat'] = None", "line 2: torch is opened as a dict"),
        ("import torch\ntorch.nn.__dict__", "line 2: torch.nn is opened as a dict"),
        ("import inspect\nvars(inspect)['sys']", "line 2: inspect is opened as a dict"),
        (
            "from abc import ABCMeta\nABCMeta.register = None",
            "line 2: abc.ABCMeta.register is replaced",
        ),
    ],
)
def test_a_library_that_is_changed_is_a_sign(text: str, sign: str) -> None:
    assert sign in signs_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "import helper\nvars(helper), helper.__dict__",
        "class Settings: ...\nvars(Settings())['rate'] = 1",
        "import logging\nlogging.raiseExceptions = False",
        "import warnings\nwarnings.showwarning = print",
        "import warnings\nwarnings.warn = print",
        "from re import compile\ncompile('a')",
        "from torch import compile\ncompile(print)",
    ],
)
def test_what_is_of_ones_own_or_a_setting_is_none(text: str) -> None:
    assert signs_of(text) == []


def test_a_name_of_countless_meanings_is_given_up_in_time() -> None:
    began = time.process_time()
    found = signs_of("import torch as x\n" + "".join(f"x = x.a{each}\n" for each in range(30)))
    assert found[0].endswith("what begins here cannot be looked through")
    assert time.process_time() - began < 1  # followed to their ends they would take hours


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
        (("import torch\n@torch.no_such\ndef eval(x): ...\neval('1')",), "line 4"),
        (("@run\ndef f():\n    eval('1')\n" + OWN,), "line 3"),
        (("def eval(x: list[undefined]): ...\neval('1')",), "line 2"),
        (("def eval(x): ...\nvars().pop('ev' + 'al')\neval('1')",), "line 3"),
        (("run = eval if eval else None",), "line 1"),
        (("def eval(x, x): ...", "eval('1')"), "cell 2, line 1"),
        ((f"{OWN}try:\n    1 / 0\nexcept ArithmeticError as eval:\n    pass\neval('1')",), "line 10"),
        ((f"{OWN}match __builtins__:\n    case {{'eval': eval}}:\n        eval('1')",), "line 8"),
        (("try:\n    from os import no_such as eval\nexcept ImportError:\n    pass\neval('1')",), "line 5"),
    ],
)
def test_a_function_of_ones_own_hides_no_built_in(cells: tuple[str, ...], sign: str) -> None:
    assert f"{sign}: eval runs a text as code" in signs_of(*cells)


def test_a_function_of_ones_own_hides_nothing_in_another_module() -> None:
    job = Job("ex0", "program", (), True, (f"import helper\n{OWN}",), (), {"helper.py": b"eval('1')"})
    assert signs(job) == ["helper.py, line 1: eval runs a text as code"]


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
        "from os import environ\nenviron['A'] = environ.get('B', '')\nenviron.update({'C': '1'})",
        "compile: bool = False\nif compile and not 1:\n    print(2 if compile else 3)",
        "import timeit\ntimeit.repeat(lambda: 1)",
        "import importlib.metadata, importlib.util\nimportlib.metadata.version('x'), importlib.util.find_spec('x')",
        "import importlib, helpers\nimportlib.reload(helpers)",
        "import pickle\npickle.dump({}, open('x', 'wb'))",
        "hasattr(__builtins__, '__IPYTHON__')",
        f"mask = 0x{'f' * 5000}",
        "import grader\ngrader.check('ex2')\nfrom grader import check",
        "'https://example.org/sys/', 'losses_recorded.json', 'test_hidden_dim'",
        'def f():\n    """The method __getattribute__ of a class. Its __code__ is long."""',
    ],
)
def test_what_notebooks_begin_with_is_no_sign(text: str) -> None:
    assert signs(Job("ex0", "program", (), True, (text,), ())) == []


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("import sys\nsys.modules['json'] = None", "line 2: sys.modules looks at the imported modules"),
        ("import os\nprint(os.environ)", "line 2: os.environ looks at the environment"),
        ("import os\nos.environ.items()", "line 2: os.environ.items looks at the environment"),
        ("import timeit\ntimeit.timeit('1')", "line 2: timeit.timeit runs a text as code"),
        ("import pickle\npickle.load(open('x'))", "line 2: pickle.load reads objects that may hold code"),
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
        "cmd.py": b"eval('1')",  # which `import doctest` imports
    }
    job = Job("ex0", "program", (), True, ("import helper, long",), (), files)
    assert signs(job) == [
        "deep/__init__.py, line 2: os._exit ends its process at once",
        "long.py, line 1: what begins here cannot be looked through",
        "cmd.py, line 1: eval runs a text as code",
    ]


def test_a_file_of_ones_own_may_be_called_solutions() -> None:
    def signs_beside(file: str, text: str) -> list[str]:
        return signs(Job("ex0", "program", (), True, (text,), (), {file: b"warmup_lr = 1"}))

    text = "import solutions\nfrom solutions import warmup\nrate = solutions.warmup_lr"
    assert signs_beside("solutions.py", text) == []
    for file in ("solutions/notes.csv", "solutions/ex2/rates.py", "solutions.csv"):
        assert signs_beside(file, text)
    assert signs_beside("solutions.py", "from solutions.ex2 import scenarios")
    assert signs_beside("solutions.py", "from solutions import ex2")
    assert signs_beside("solutions.py", "import solutions.ex2.scenarios")
    assert signs_beside("code.py", "import code\ncode.InteractiveInterpreter().runcode(text)")


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


def test_a_cell_is_looked_through_as_it_is_run() -> None:
    cells = ("mkdir plots\nimport os\nos.fork()", "this is no Python")
    assert signs(Job("ex0", "notebook", (), False, cells, ())) == ["cell 1, line 3: os.fork forks"]


def test_a_module_with_the_name_of_one_from_nowhere_is_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "from_nowhere", ModuleType("from_nowhere"))
    job = Job("ex0", "program", (), True, ("x = 1",), (), {"from_nowhere.py": b"import os\nos.fork()"})
    assert signs(job) == ["from_nowhere.py, line 2: os.fork forks"]


def test_what_nobody_thought_of_costs_no_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.box.signs.called", lambda *_: 1 / 0)
    assert signs_of("x = 1") == []
    assert signs_of("print(1)") == ["line 1: what begins here cannot be looked through"]


def test_right_solutions_show_no_signs() -> None:
    for path in sorted(ROOT.glob("solutions/*/*.py")):
        if not path.name.startswith(("scenarios", "test_")):
            job = Job("ex0", "program", (), True, (path.read_text(encoding="utf-8"),), ())
            assert [sign for sign in signs(job) if "library's own" not in sign] == [], path


def test_a_notebooks_signs_name_the_cell() -> None:
    job = Job("ex0", "program", (), False, ("x = 1", "not Python", "import solutions"), ())
    assert signs(job) == ["cell 3, line 1: solutions is imported"]
