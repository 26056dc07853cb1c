"""The parser, for many threads."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor

from grader.syntax import parse


def let_go(*_: object) -> None:
    """Let another thread go on."""
    time.sleep(0)


def test_threads_do_not_fail_each_other() -> None:
    """The interpreter lets go of one parsing thread for another where it collects garbage in between."""
    text = "\n".join(f"a{i} = [{i}, ({i} + b{i}) * c({i})]" for i in range(60))
    often = gc.get_threshold()
    gc.callbacks.append(let_go)
    gc.set_threshold(20)
    try:
        with ThreadPoolExecutor(3) as pool:
            trees = list(pool.map(parse, [text] * 150))
    finally:
        gc.set_threshold(*often)
        gc.callbacks.remove(let_go)
    assert [len(tree.body) for tree in trees] == [60] * 150
