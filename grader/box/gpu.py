"""The one scenario of an exercise that may see a GPU, and who is to see none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grader.box.job import GPU, Job, Observation, all_signs

UNSEEN = {"CUDA_VISIBLE_DEVICES": ""}  # in the environment of whoever is to see none


def unseen() -> bool:
    """Whether this process is to see no GPU, whatever the machine has."""
    return UNSEEN.items() <= os.environ.items()


def devices() -> list[Path]:
    """The device files of NVIDIA's driver on Linux."""
    return sorted(Path("/dev").glob("nvidia*"))


def with_gpu(job: Job, seen: Observation, observe: Callable[[Job], Observation]) -> Observation:
    """What was seen, and what the `gpu` scenario saw if there is one, observed apart from the others."""
    if GPU not in seen["scenarios"]:
        return seen
    if any(devices()) or shutil.which("nvidia-smi"):
        alone = observe(replace(job, only=(GPU,)))
        seen["scenarios"] |= alone["scenarios"]
        seen["signs"] = all_signs(seen, alone)
    return seen
