"""What several tests of the box need: a job, and the account of a run that said some lines."""

from __future__ import annotations

import json

from grader.box.account import Account
from grader.box.job import Job, Observation
from grader.box.plain import PlainBox
from grader.box.walled import WalledBox

JOB = Job("ex0", "program", ("f",), True, ("",), (), {"data.bin": b"\x00\xff"}, seed=3)


Box = PlainBox | WalledBox
SCENARIOS = """
import torch
from torch.utils.data import DataLoader
from grader.box.facts import plain

SCENARIOS = {
    "call": lambda module: {"value": plain(module.f(1))},
    "again": lambda module: {"value": plain(module.f(2))},
    "gpu": lambda module: {"device": torch.cuda.get_device_name()},
}
"""


def job(*cells: str, script: bool = True, **files: bytes) -> Job:
    """A submission that defines `f`."""
    named = {name.replace("_", "."): content for name, content in files.items()}
    return Job("ex0", "program", ("f",), script, cells, (("grader.exercises.ex0.scenarios", SCENARIOS),), named)


def values(seen: Observation) -> list[object]:
    """What the two scenarios saw."""
    return [seen["scenarios"][name].get("facts", seen["scenarios"][name]) for name in ("call", "again")]


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
