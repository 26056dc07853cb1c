"""What stands where the library that compiles the filter of system calls is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from grader.box import syscalls, walled
from grader.exercise import ROOT

ADD_KEY, KEYCTL, JOIN, SEARCH = 248, 250, 1, 10  # on x86-64
SESSION = -3
# Begins as a teacher's shell does that holds a key, and has a submission look for it.
GRADE = f"""
import ctypes, json, sys
from grader.box import syscalls
from grader.box.walled import WalledBox
from tests.hostile.test_hostile import job

syscalls.compiled = lambda *_: b""
system, word = ctypes.CDLL(None, use_errno=True).syscall, b"the teacher's ticket"
held = system({KEYCTL}, {JOIN}, None)
added = system({ADD_KEY}, b"user", b"ticket", word, len(word), {SESSION})
seen = None
if held > 0 and added > 0:
    with WalledBox("namespaces") as box:
        if box.stands():
            seen = [box.observe(job(sys.stdin.read()))["scenarios"]["first"], box.walls]
print(json.dumps(seen))
"""
SUBMISSION = f"""
import ctypes


def act(number):
    found = ctypes.CDLL(None, use_errno=True).syscall({KEYCTL}, {SEARCH}, {SESSION}, b"user", b"ticket", 0)
    return "a key" if found > 0 else "nothing"
"""


def test_landlock_alone_is_no_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "landlock" in walled.kinds()
    monkeypatch.setattr(syscalls, "compiled", lambda *_: b"")
    assert "landlock" not in walled.kinds()


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of these calls are another machine's")
def test_the_teachers_keys_stay_outside() -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'assignments'}"}
    ran = subprocess.run(
        [sys.executable, "-c", GRADE], input=SUBMISSION, cwd=ROOT, env=environment,
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    seen = json.loads(ran.stdout)
    if seen is None:
        pytest.skip("keys, or namespaces, cannot be had here")
    facts, walls = seen
    assert facts == {"facts": {"got": "nothing"}}
    assert walls.endswith("no system-call filter")
