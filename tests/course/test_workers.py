"""Workers on one machine: how they begin, and what they look at submissions in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from grader import workers
from grader.workers import NoWorkersError, local, observe


def test_nobody_is_seen_behind_other_walls_than_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    @contextmanager
    def open_box(kind: str) -> Iterator[SimpleNamespace]:
        asked.append(kind)
        yield SimpleNamespace(kind="namespaces", observe=lambda job: job)

    monkeypatch.setattr(workers, "open_box", open_box)
    with local(2) as crew:
        together = threading.Barrier(2)
        for seen in [crew.executor.submit(lambda: (together.wait(), observe([]))) for _ in range(2)]:
            seen.result()
    assert asked == ["", "namespaces"]


def test_a_machine_without_a_thread_to_spare_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[threading.Thread] = []
    start = threading.Thread.start

    def starts_one(thread: threading.Thread) -> None:
        if begun:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starts_one)
    with pytest.raises(NoWorkersError, match=r"2 workers .* can't start new thread.* WORKERS=1"), local(2):
        pass
    begun[0].join(5)
    assert not begun[0].is_alive()
