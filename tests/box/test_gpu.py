"""What a run that is to see a GPU sees, and what no run sees of one."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from grader.box import gpu, syscalls
from grader.box.job import NO_DEVICE
from grader.box.walled import WalledBox, kinds
from tests.box.runs import Box, job, values


def test_the_gpu_scenario_is_skipped_without_cuda(inside: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "devices", list)
    monkeypatch.setattr(gpu.shutil, "which", lambda _: None)
    seen = inside.observe(job("def f(x):\n    return x"))
    assert seen["scenarios"]["gpu"] == {"skipped": NO_DEVICE}


def test_the_gpu_scenario_runs_apart(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has a device file, and no CUDA behind it."""
    monkeypatch.setattr(gpu, "devices", lambda: [Path("/dev/null")])
    seen = box.observe(job("import os\ndef f(x):\n    return os.environ.get('CUDA_VISIBLE_DEVICES')"))
    assert values(seen) == [{"value": ""}] * 2
    assert "skipped" in seen["scenarios"]["gpu"] or "facts" in seen["scenarios"]["gpu"]


REPLACING = """
import os
import torch

if os.environ.get("CUDA_VISIBLE_DEVICES") != "":
    setattr(torch, "zeros".strip(), torch.ones)

def f(x):
    return x
"""


def test_what_a_submission_replaces_for_the_gpu_scenario_alone_is_told(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu, "devices", lambda: [Path("/dev/null")])
    seen = box.observe(job(REPLACING))
    apart = not (isinstance(box, WalledBox) and box.kind == "landlock")  # behind Landlock alone, no run sees a GPU
    assert any("torch.zeros was replaced" in sign for sign in seen["signs"]) == apart


@pytest.mark.parametrize("kind", kinds())
def test_a_run_that_sees_a_gpu_is_begun_in_namespaces_alone(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "devices", lambda: [Path("/dev/null")])
    with WalledBox(kind) as box:
        if not box.stands():
            pytest.skip(f"the walls of {kind} do not stand here")
        seen = box.observe(job("def f(x):\n    return x"))
        assert (box.beside is not None) == (kind == "namespaces")
    assert seen["scenarios"]["gpu"] == {"skipped": NO_DEVICE}


ASKING = """
import fcntl
import os
import socket

ADDRESSES, PROCESS = 0x8912, 0xC040FF0B

def f(x):
    with socket.socket(socket.AF_UNIX) as one:
        return [refusal(one, ADDRESSES), refusal(os.pidfd_open(os.getpid()), PROCESS)]

def refusal(descriptor, command):
    try:
        return fcntl.ioctl(descriptor, command, bytes(64)).hex()
    except OSError as error:
        return error.errno
"""


@pytest.mark.skipif(not syscalls.compiled(), reason="there is no filter of system calls")
def test_commands_for_a_gpu_tell_nothing_of_the_machine() -> None:
    with WalledBox("namespaces", gpu=True) as box:
        if not box.stands():
            pytest.skip("bubblewrap is not installed, or may not make namespaces here")
        seen = box.observe(job(ASKING))
    assert values(seen) == [{"value": [errno.EOPNOTSUPP] * 2}] * 2
