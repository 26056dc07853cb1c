"""The same attacks where there are no namespaces: whatever they find or make, it is nothing."""

from __future__ import annotations

import os
import resource
import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from grader.box import limits
from grader.box.account import Account
from grader.box.job import Observation
from grader.box.processes import below
from grader.box.walled import WalledBox, WarmProcessDied
from tests.hostile.standing import standing
from tests.hostile.test_hostile import HONEST, Attack, attacks, job
from tests.processes import children

KINDS = ("reading/", "reaching/", "ending/kill", "ending/odd", "ending/daemon", "ending/fork", "ending/loop")
FLOODS = (
    "forks",
    "dead",
    "deep",
    "long",
    "odd",
    "own-walls",
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
WAITS = "import os, time\nos.fork()\ntime.sleep(60)\n"
MOVES = """
import os, subprocess, sys, time

subprocess.Popen([sys.executable, "-S", "-I", "-c", '''
import os, sys, time

if os.fork():
    os._exit(0)
guard = int(sys.argv[1])
while os.getppid() != guard:
    time.sleep(0.01)
while os.getppid() == guard:
    time.sleep(0.0002)
for _ in range(100):  # it is small, moves fast, and so is never found alive
    if os.fork():
        os._exit(0)
time.sleep(60)
''', str(os.getppid())]).wait()
time.sleep(60)
"""


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
        with begun(box) as (lookout, family):
            os.kill(lookout, signal.SIGSTOP)
            os.kill(box.process.pid, signal.SIGKILL)
            assert all(map(has_ended, family.values()))
            os.kill(lookout, signal.SIGKILL)


def test_whoever_looks_at_submissions_has_a_bound_of_its_own() -> None:
    with standing("landlock") as box:
        box.observe(job(HONEST))
        [lookout] = children(box.process.pid)
        mapped = int(Path(f"/proc/{lookout}/statm").read_text().split()[0]) * resource.getpagesize()
        assert resource.prlimit(lookout, resource.RLIMIT_AS)[1] - mapped <= limits.LOOKOUT


@pytest.mark.parametrize(("program", "known"), [(WAITS, 1), (MOVES, 2)])
def test_a_submission_ends_with_its_guard_whoever_ended_that(program: str, known: int) -> None:
    with standing("landlock") as box:
        box.observe(job(HONEST))
        with begun(box, program) as (lookout, family):
            [guard] = family.keys() & children(box.process.pid)
            latest = time.monotonic() + 60
            while len(children(guard)) < known and time.monotonic() < latest:
                time.sleep(0.01)
            os.kill(guard, signal.SIGKILL)
            assert all(map(has_ended, family.values()))
        assert box.observe(job(HONEST))["scenarios"]["first"].keys() == {"facts"}
        assert {*below(box.process.pid)} == {box.process.pid, lookout}


@contextmanager
def begun(box: WalledBox, program: str = WAITS) -> Iterator[tuple[int, dict[int, int]]]:
    """A submission that waits for long: the lookout, and descriptors of its guard, itself and one that it forks."""
    waiting = threading.Thread(target=end_of, args=(box, program))
    waiting.start()
    pid = box.process.pid
    lookout = children(pid)[0]
    ends: dict[int, int] = {}
    latest = time.monotonic() + 60
    while len(ends) < 3 and time.monotonic() < latest:
        time.sleep(0.1)
        for other in below(pid).keys() - {pid, lookout, *ends}:
            with suppress(ProcessLookupError):  # it moved on
                ends[other] = os.pidfd_open(other)
    yield lookout, ends
    waiting.join()
    for end in ends.values():
        os.close(end)


def end_of(box: WalledBox, program: str) -> None:
    """Have a submission wait, to its end or to the box's."""
    with suppress(WarmProcessDied):
        box.run(Account(job(program)))


def has_ended(process: int) -> bool:
    """Whether a process, by its descriptor, ends within half a minute."""
    return bool(select.select([process], [], [], 30)[0])
