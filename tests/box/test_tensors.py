"""How the worker processes of a student's DataLoader start."""

from __future__ import annotations

import subprocess
import sys

import pytest

# As on Python 3.14, where none is asked for.
STARTED_BY_A_SERVER = """
import multiprocessing
from multiprocessing import context
from grader.box.tensors import send_tensors_whole

context._default_context._default_context = context._concrete_contexts["forkserver"]
send_tensors_whole()
"""


@pytest.mark.parametrize(
    "asked",
    [
        "print(multiprocessing.get_start_method())",
        "print(multiprocessing.get_context('forkserver').get_start_method())",
        "multiprocessing.set_start_method('spawn'); print(multiprocessing.get_start_method())",
    ],
)
def test_processes_are_forked_whichever_way_is_usual_or_asked_for(asked: str) -> None:
    program = f"{STARTED_BY_A_SERVER}\n{asked}"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "fork"
