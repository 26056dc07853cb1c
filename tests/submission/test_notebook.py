"""Notebooks of every age and state, and the lines in them that are no Python."""

from __future__ import annotations

import ast
import json
import random
import sysconfig
import tracemalloc
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission import Refused, Source, read
from grader.submission.magics import left_out, neutralised
from grader.submission.notebook import asks_for_checks, code_cells
from grader.submission.source import UnreadableError
from grader.submission.text import decode
from tests.submission.handed_in import notebook

# The same cases each time, and no stopwatch: the machine may be busy.
steady = settings(max_examples=60, deadline=None, derandomize=True, database=None)

WORK = "def f():\n    return 1\n"


def cells_of(notebook: Any) -> tuple[str, ...]:
    return code_cells(json.dumps(notebook))


# Lines that are no Python


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("% matplotlib inline", "pass"),
        ("!pip install torch", "pass"),
        ("!!ls", "pass"),
        ("!echo it's \"\nx = 1", "pass\nx = 1"),
        ("pip install torch", "pass"),
        ("conda install -y pytorch", "pass"),
        ("files = !ls *.csv", "pass"),
        ("a, b = !ls", "pass"),
        ("d['a'] = !ls", "pass"),
        ("t = %timeit -o f()", "pass"),
        ("?print", "pass"),
        ("print?", "pass"),
        ("torch.nn.Linear??", "pass"),
        ("x[0].y?", "pass"),
        ("*Linear*?", "pass"),
        (",f a b", "pass"),
        ("x = 1\n%time y = f()\nz = 2", "x = 1\npass\nz = 2"),
        ("\n  >>> for y in [1]:\n  ...     x = y\n  ...\n  >>> %time z = 1", "\nfor y in [1]:\n    x = y\n\npass"),
        ("# copied\n>>> x = 1", "# copied\nx = 1"),
        ("In [3]: if x:\n   ...:     y = 2\n   ...: z = 3", "if x:\n    y = 2\nz = 3"),
        ("x = 1\n>>> y = [\n... 2]\n>>>z = 3\n...", "x = 1\ny = [\n2]\nz = 3\n"),
        (">>> def f():\n...     '''a\n...     b'''\n", "def f():\n    '''a\n    b'''\n"),
        ("!pip install a \\\n    b \\\n    c\nx = 1", "pass\n\n\nx = 1"),
        ("%run \\\n other.py\nx = 1", "pass\n\nx = 1"),
        ("try:\n    import a\nexcept ImportError:\n    !pip install a\nx = 1",
         "try:\n    import a\nexcept ImportError:\n    pass\nx = 1"),
        ("if x:\n\t%cd data\nelse:\n\tpass", "if x:\n\tpass\nelse:\n\tpass"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("\n# timing\n%%capture out\nx = 1", "\n# timing\npass\nx = 1"),
        ("%%timeit -n 3\nx = 1", "pass\nx = 1"),
        ("%%bash\nls\nfor i in 1 2; do echo $i; done\n", "\n\n\n"),
        ("%%html\n<b>x</b>", "\n"),
        ("%%writefile helpers.py\nx = 1", "\n"),
        ("\n  %%javascript\nalert(1)", "\n\n"),
        ("%%unknown\nx = 1", "\n"),
        ("x = 1\n%%time\ny = 2", "x = 1\npass\ny = 2"),
        ("    x = 1\n    if x:\n        y = 2", "x = 1\nif x:\n    y = 2"),
        ("s = '''a'''\n!ls", "s = '''a'''\npass"),
        ("s = 'it\\'s'\n!ls", "s = 'it\\'s'\npass"),
        ("x = (1,  # (\n  2)\n!ls", "x = (1,  # (\n  2)\npass"),
        ("# it's\n!ls", "# it's\npass"),
        ("x = 'broken\n!ls", "x = 'broken\npass"),
        ("x = 1)\n!ls", "x = 1)\npass"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_no_python_does_nothing(cell: str, python: str) -> None:
    assert neutralised(cell) == python


@pytest.mark.parametrize(
    "cell",
    [
        "a = (b\n % c)",
        "x[\n...\n]\n...",
        's = """\n>>> f()\n...  1\n"""',
        "a = b \\\n% c",
        "x = [1,\n!ls\n]",
        's = """\n!ls\n%time\n?help\nhelp?\n"""',
        "s = '''\n%%bash\n'''",
        "s = 'a\\\n!b'",
        's = """it\'s\n!not\n"""',
        "s = r'\\'\nx = 5 % 3",
        "x %= 3",
        "print('x = %d' % 3)",
        "print('a', 'x = !ls')",
        "print('\\'', '= %d' % 3)",
        "if a != b: x = 1",
        "x = 1  # why?",
        "# why?",
        "#!shell\n# %magic",
        "print('?')",
        "assert x == 3, 'really?'",
        "f'{x!r:>10}'",
        "f'''\n{x\n!r}'''",
        "pip = 1\npip.install",
        "x = lambda: (yield)",
        "d = {'%a': 1,\n'!b': 2}",
        "@decorator\nclass A:\n    x: int = 1 % 2",
        "x = 1;",
        "print('=%d' % n)",
        "if op in '=!<>':\n    pass",
        'optimizer.step(); print("=%d" % n)',
        "raise ValueError('x =!')",
        "x = 1\n\f\ny = 2",
        "s = '''\\'''\n!ls\n'''",
    ],
)
def test_python_is_not_changed(cell: str) -> None:
    assert neutralised(cell) == cell


def test_a_hundred_modules_of_the_standard_library_are_not_changed() -> None:
    modules = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    for module in random.Random(0).sample(modules, 100):
        text, _ = decode(module.read_bytes())
        assert neutralised(text) == text, module


PIECES = (
    "%matplotlib inline", "!echo it's", "x = !ls", "?print", "print??", "%%bash", "%%time", "x = (1", "% 3)",
    "x = 5 \\", "  % 3", "if x:", "    !ls", "    y = 1", "s = '''", "!not", "'''", "# why?", "", "def f():",
    "    %timeit f()", "q = 'it\\", "!s'", "r = [1,", "]", "\f", "\t", "é = 1", "\\", "\ufffd",
)  # fmt: skip


@steady
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=12))
def test_lines_keep_their_places(lines: list[str]) -> None:
    """Whatever the cell: as many lines as before, and each is what it was, or indented less, or nothing."""
    before = "\n".join(lines).split("\n")
    after = neutralised("\n".join(lines)).split("\n")
    assert len(after) == len(before)
    assert all(new.strip() in ("", "pass") or old.endswith(new) for old, new in zip(before, after, strict=True))


BLOCKS = ("x = 1\n", "def f():\n    return 5 % 3\n", "s = '''\n!a\n%b\n'''\n", "y = (1\n% 2)\n", "z = 5 \\\n% 3\n")
MARKS = ("!echo it's", "%time f()", "x = !ls", "help?", "?f", "!a \\\n  '", "    %cd a", "if 1:\n    !ls")


@steady
@given(st.lists(st.sampled_from(BLOCKS) | st.sampled_from(MARKS).map("{}\n".format), max_size=10))
def test_right_code_between_magics_stays_right(blocks: list[str]) -> None:
    cell = "".join(["start = 1\n", *blocks])
    kept = [block for block in blocks if block in BLOCKS]
    python = neutralised(cell)
    assert python.count("\n") == cell.count("\n")
    if not any(block.startswith(" ") for block in blocks):
        wanted = ast.dump(ast.parse("".join(["start = 1\n", *kept])))
        statements = ast.parse(python)
        statements.body = [node for node in statements.body if not isinstance(node, ast.Pass | ast.If)]
        assert ast.dump(statements) == wanted


@pytest.mark.parametrize(
    "cell",
    [" " * 10**5, "(" * 10**5, "'" * 10**5, "a=" * 10**6, "!\n" * 10**6, "pip " + " " * 10**6, "a." * 10**6,
     "%time" + " " * 10**6, "%time " + "a, " * 10**6]
)  # fmt: skip
def test_a_hostile_cell_takes_a_time_that_grows_with_its_length_only(cell: str) -> None:
    python = neutralised(cell + "\n!ls")
    assert python.count("\n") == cell.count("\n") + 1
    assert left_out(cell + "\n!ls", python) == []


def test_a_line_of_a_million_letters_takes_no_memory_for_each() -> None:
    tracemalloc.start()
    try:
        neutralised("a" * 10**6)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * 10**6  # bytes; it was 120 million


# Formats


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, **more}


@pytest.mark.parametrize(
    ("notebook", "cells"),
    [
        ({"cells": [code("x = 1"), code(["a = 1\n", "b = 2"])]}, ("x = 1", "a = 1\nb = 2")),
        ({"cells": [code("x\r\ny\rz")]}, ("x\ny\nz",)),
        ({"cells": [{"cell_type": "markdown", "source": "# hi"}, {"cell_type": "raw", "source": "x"}]}, ()),
        ({"cells": [], "nbformat": 4}, ()),
        ({"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}], "nbformat": 3}, ("x = 1",)),
        ({"worksheets": [{"cells": [{"cell_type": "code", "input": [WORK]}]}] * 2}, (WORK, WORK)),
        ({"cells": [None, 3, [], {}, code(None), code([1, "x"]), {"cell_type": "code"}]}, ("", "x", "")),
        ({"cells": [code("x", metadata=None), code("y", metadata={"nbgrader": 3})]}, ("x", "y")),
        ({"cells": [code("s = '\ud800\0'")]}, ("s = '\ufffd\ufffd'",)),
        ({"cells": [code("s = '\U0001f9ec'")]}, ("s = '\U0001f9ec'",)),
    ],
)
def test_formats(notebook: Any, cells: tuple[str, ...]) -> None:
    assert cells_of(notebook) == cells


def test_nbformat_reads_the_same() -> None:
    sources = ["import torch", WORK, "", "a = 'é'\nb = 2\n"]
    v3 = nbformat.v3
    old_cells = [v3.new_code_cell(input=text) for text in sources] + [v3.new_text_cell("markdown", source="x")]
    old = v3.new_notebook(worksheets=[v3.new_worksheet(cells=old_cells)])
    for text in (nbformat.writes(old, version=3), notebook(*sources)):
        wanted = [cell for cell in nbformat.reads(text, as_version=4).cells if cell.cell_type == "code"]
        assert code_cells(text) == tuple(cell.source for cell in wanted) == tuple(sources)


def test_five_megabytes_of_outputs_are_read(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "iVBOR" * 10**6}, "metadata": {}}
    numbers = {"output_type": "stream", "text": ["0.1, 0.2\n"] * 50_000}
    file = tmp_path / "ex3.ipynb"
    file.write_text(json.dumps({"cells": [code(WORK, outputs=[picture, numbers])]}))
    assert read(file, "ex3") == Source("ex3.ipynb", False, (WORK,), {}, ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_notebook_of_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    """Shells on Windows write such files."""
    file = tmp_path / "ex3.ipynb"
    file.write_bytes(notebook("a = 'é'").replace("\n", "\r\n").encode(encoding))
    answer = read(file, "ex3")
    assert isinstance(answer, Source)
    assert answer.cells == ("a = 'é'",)


NBGRADER = {"grade_id": "ex3_steps", "schema_version": 3}


@pytest.mark.parametrize(
    ("metadata", "kept"),
    [
        ({"grade": True, "solution": False, "locked": True, "points": 3}, False),
        ({"grade": True, "solution": False}, False),
        ({"grade": False, "solution": True, "locked": False}, True),
        ({"grade": True, "solution": True, "locked": False}, True),
        ({"grade": False, "solution": False, "locked": True}, True),
    ],
)
def test_the_kits_own_test_cells_are_emptied(metadata: dict[str, Any], kept: bool) -> None:
    test = code("from grader import check; check('ex3')", metadata={"nbgrader": NBGRADER | metadata})
    cells = cells_of({"cells": [code(WORK), test, code("x = 1")]})
    assert cells == (WORK, test["source"] if kept else "", "x = 1")


def test_code_in_a_copy_of_a_test_cell_is_the_students() -> None:
    """Jupyter copies what a cell is for nbgrader, too."""
    copy = code("def helper():\n    return 1", metadata={"nbgrader": NBGRADER | {"grade": True, "solution": False}})
    assert cells_of({"cells": [copy]}) == (copy["source"],)


def test_only_cells_that_ask_for_a_check_and_nothing_else_are_the_kits() -> None:
    assert asks_for_checks('# ex3.steps\nfrom grader import check\n\ncheck("ex3", "steps")')
    assert asks_for_checks("from grader import check; check('ex3');\n\n")
    assert asks_for_checks("")
    assert not asks_for_checks(f'{" " * 100_000}x\ncheck("ex3"){" " * 100_000};{" " * 100_000}x')
    for more in ('check("ex3"); x = 1', 'check("ex3"); x = f()', "def check(x):\n    pass", "recheck(1)", "check"):
        assert not asks_for_checks(more)


# No notebook


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no whole notebook: it can't be read after line 1."),
        ('{"cells": [\n{"cell_type": "code",', "is no whole notebook: it can't be read after line 2."),
        ("def f():\n    return 1\n", "is no whole notebook"),
        ("[]", "is no notebook: it has no cells."),
        ("3", "is no notebook: it has no cells."),
        ("{}", "is no notebook: it has no cells."),
        ('{"cells": {}}', "is no notebook: it has no cells."),
        ('{"cells": [' + "9" * 10_000 + "]}", "is no whole notebook: it can't be read."),
        ("[" * 100_000, "is nested too deeply to be a notebook."),
        ('{"cells":' * 100_000, "is nested too deeply to be a notebook."),
        ("[[]," * 2_600_000, "has outputs of too many parts."),
        (json.dumps({"cells": [code("#" * 6 * 1024**2)]}), "holds more than 5 MB of code."),
        (json.dumps({"cells": [code("!\n" * 100_000)]}), "holds more than 100,000 lines of code."),
        (json.dumps({"cells": [{"cell_type": "code"}] * 100_001}), "holds more than 100,000 lines of code."),
    ],
)
def test_what_is_no_notebook_is_refused_with_advice(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "ex3.ipynb"
    file.write_text(text)
    answer = read(file, "ex3")
    assert isinstance(answer, Refused)
    assert answer.reason.startswith(f"'ex3.ipynb' {words}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=4)
        | st.dictionaries(st.sampled_from(["cells", "worksheets", "cell_type", "source", "metadata", "x"]), part)
    ),
    max_leaves=12,
)


@steady
@given(JSON)
def test_any_json_is_a_notebook_or_refused(value: Any) -> None:
    for made in (value, {"cells": [value]}, {"worksheets": [value, {"cells": value}]}):
        has_cells = isinstance(made, dict) and any(isinstance(made.get(k), list) for k in ("cells", "worksheets"))
        if has_cells:
            assert all(isinstance(cell, str) for cell in cells_of(made))
        else:
            with pytest.raises(UnreadableError, match="is no notebook"):
                cells_of(made)
