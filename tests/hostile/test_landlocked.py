"""The same attacks where there are no namespaces: whatever they find or make, it is nothing."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.box import limits
from grader.box.account import Account
from grader.box.job import Observation
from grader.box.processes import below
from grader.box.walled import WalledBox, WarmProcessDied
from tests.hostile.standing import standing
from tests.hostile.test_hostile import HONEST, Attack, attacks, job

KINDS = ("reading/", "reaching/", "ending/kill", "ending/odd", "ending/daemon", "ending/fork", "ending/loop")
FLOODS = (
    "forks",
    "dead",
    "deep",
    "long",
    "odd",
    "unlinked",
    "locked",
    "first",
    "pieces",
    "spliced",
    "many",
    "wak",
    "folders",
)
NAMES = KINDS + tuple(f"flooding/{name}" for name in FLOODS)


@pytest.fixture(scope="module")
def box() -> Iterator[WalledBox]:
    """A box of this kind, impatient."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "PATIENCE", 0.1)
        with standing("landlock") as box:
            yield box


@pytest.fixture(scope="module")
def honest(box: WalledBox) -> Observation:
    """What is seen of an honest submission."""
    return box.observe(job(HONEST))


def test_it_says_that_there_are_no_namespaces(box: WalledBox) -> None:
    assert "no namespaces" in box.walls


@pytest.mark.parametrize("attack", [a for a in attacks() if a.name.startswith(NAMES)], ids=lambda a: a.name)
def test_attack(attack: Attack, box: WalledBox, honest: Observation) -> None:
    seen = box.observe(job(attack.text))
    for item in seen["scenarios"].values():
        assert item.get("facts", {"got": "nothing"}) == {"got": "nothing"}
    assert seen["scenarios"].get("first", {}).keys() <= {"facts", "error"} or attack.name.startswith("flooding/")
    assert box.observe(job(HONEST)) == honest


def test_a_submission_ends_with_the_warm_process_though_the_lookout_is_held_up() -> None:
    """As where that asks a slow network of what a submission holds."""
    with standing("landlock") as box:
        box.observe(job(HONEST))
        left = [0]  # until it is known
        end = threading.Thread(target=end_of_the_warm_process, args=(box.process.pid, left))
        end.start()
        with pytest.raises(WarmProcessDied):
            box.run(Account(job("import time\ntime.sleep(60)")))
        end.join()
        assert left == []


def end_of_the_warm_process(warm: int, left: list[int]) -> None:
    """End a warm process once it has a submission, with its lookout held up; who of those below is left."""
    lookout = int(Path(f"/proc/{warm}/task/{warm}/children").read_text().split()[0])
    family: set[int] = set()
    latest = time.monotonic() + 60
    while len(family) < 2 and time.monotonic() < latest:  # a guard, and what it guards
        time.sleep(0.1)
        family = {*below(warm)} - {warm, lookout}
    ends = {pid: os.pidfd_open(pid) for pid in family}
    os.kill(lookout, signal.SIGSTOP)
    os.kill(warm, signal.SIGKILL)
    left[:] = [pid for pid, end in ends.items() if not select.select([end], [], [], 30)[0]]
    os.kill(lookout, signal.SIGKILL)
    for end in ends.values():
        os.close(end)
