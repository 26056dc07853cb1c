"""One warm process behind walls: its start, its limits, and what follows from its end."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import threading
from collections.abc import Iterator

import pytest

from grader.box import BoxError, bubblewrap, kernel, limits
from grader.box.walled import WalledBox, WarmProcessDied, kinds
from grader.box.warm import OUT
from tests.box.runs import job, values
from tests.processes import descendants


@pytest.mark.parametrize("kind", kinds())
def test_address_space_is_bounded_where_no_gpu_is_seen(kind: str) -> None:
    with WalledBox(kind) as box:
        if not box.stands():
            pytest.skip(f"the walls of {kind} do not stand here")
        seen = box.observe(
            job("import resource\ndef f(x):\n    return list(resource.getrlimit(resource.RLIMIT_AS))")
        )
    for seen_by_one in values(seen):
        soft, hard = seen_by_one["value"]
        assert limits.MEMORY <= soft == hard < 2 * limits.MEMORY


def test_a_dead_warm_process_is_started_again(walled: WalledBox) -> None:
    text = job("def f(x):\n    return x")
    assert values(walled.observe(text)) == [{"value": 1}, {"value": 2}]
    first = walled.process
    first.kill()
    first.wait()
    walled.line.close()
    with pytest.raises(OSError, match="descriptor"):
        walled.line.send(b"stop")
    stood, walled.walls = walled.walls, ""
    assert values(walled.observe(text)) == [{"value": 1}, {"value": 2}]
    assert walled.process is not first
    assert walled.walls == stood


def test_a_warm_process_that_dies_under_a_submission(walled: WalledBox) -> None:
    walled.observe(job("def f(x):\n    return x"))
    killer = threading.Timer(0.5, kill_below, [walled.process.pid])
    killer.start()
    seen = walled.observe(job("import time\ndef f(x):\n    time.sleep(2)\n    return x"))
    killer.join()
    assert values(seen) == [{"value": 1}, {"value": 2}]


def kill_below(pid: int) -> None:
    """Kill the processes under one; the end of the first brings the end of those in its namespaces."""
    for child in descendants(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


INHERITED = """
import ctypes
import signal

GET_TIMERSLACK, GET_MEMORY_MERGE = 30, 68
BLOCKED = len(signal.pthread_sigmask(signal.SIG_BLOCK, ()))

def f(x):
    ask = ctypes.CDLL(None).prctl
    return [BLOCKED, ask(GET_TIMERSLACK, 0, 0, 0, 0), max(0, ask(GET_MEMORY_MERGE, 0, 0, 0, 0))]
"""


@contextlib.contextmanager
def odd_settings() -> Iterator[None]:
    """Be as a service may be: with a signal blocked, timers that come late, and pages merged with others'."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    kernel.libc.prctl(kernel.PR_SET_TIMERSLACK, 10**9, 0, 0, 0)
    kernel.libc.prctl(kernel.PR_SET_MEMORY_MERGE, 1, 0, 0, 0)
    try:
        yield
    finally:
        kernel.take_settings_back()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@pytest.mark.parametrize("kind", kinds())
def test_settings_of_whoever_started_it_are_taken_back(kind: str) -> None:
    """By SIGPROF a statement learns that its time is up. A worker of a cluster does not come through our door."""
    with odd_settings(), WalledBox(kind) as box:
        if not box.stands():
            pytest.skip(f"the walls of {kind} do not stand here")
        seen = box.observe(job(INHERITED))
    assert values(seen) == [{"value": [0, kernel.TIMER_SLACK, 0]}] * 2


@pytest.mark.parametrize("kind", kinds())
def test_a_box_that_does_not_end_by_itself_leaves_no_process(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "END_WALL", 1.0)
    box = WalledBox(kind)
    box.start()
    try:
        if not box.stands():
            pytest.skip(f"the walls of {kind} do not stand here")
        family = [box.process.pid, *descendants(box.process.pid)]
        ends = [os.pidfd_open(pid) for pid in family]
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
    finally:
        box.stop()
    assert len(family) >= 1 + (kind == "namespaces")
    for end in ends:
        assert select.select([end], [], [], 30)[0]
        os.close(end)


def test_a_box_that_dies_twice_is_our_fault(walled: WalledBox, monkeypatch: pytest.MonkeyPatch) -> None:
    walled.stop()
    monkeypatch.setattr(bubblewrap, "command", lambda *_: ["false"])
    walled.start()
    with pytest.raises(BoxError, match="ended twice"):
        walled.observe(job("def f(x):\n    return x"))


def test_a_process_that_cannot_be_set_up_is_our_fault() -> None:
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OUT, most))
    try:
        with WalledBox(kinds()[0]) as box:
            assert box.stands()
            with pytest.raises(BoxError, match="could not be set up"):
                box.observe(job("def f(x):\n    return x"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))


def test_nothing_of_a_box_that_failed_is_heard_later(walled: WalledBox, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = []

    def fail(box: WalledBox, _: object) -> None:
        failed.append(box.process)
        raise WarmProcessDied("a submission that was killed did not end")

    monkeypatch.setattr(WalledBox, "run", fail)
    with pytest.raises(BoxError, match="did not end"):
        walled.observe(job("def f(x):\n    return x"))
    monkeypatch.undo()
    assert [process.poll() is None for process in failed] == [False, False]
    assert values(walled.observe(job("def f(x):\n    return x"))) == [{"value": 1}, {"value": 2}]
