"""What several tests of the box need: a job, and the account of a run that said some lines."""

from __future__ import annotations

import json

from grader.box.account import Account
from grader.box.job import Job

JOB = Job("ex0", "program", ("f",), True, ("",), (), {"data.bin": b"\x00\xff"}, seed=3)


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
