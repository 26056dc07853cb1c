"""`SCHEDULER=tcp://...`: a real Dask scheduler and two worker processes, one of which is killed in the middle."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader.workers import NoWorkersError, cluster
from tests.classes import of_everyone
from tests.endurance import alive, descendants, small_class
from tests.kits import command, environment, make, run, toy_kit

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_kit(tmp_path_factory.mktemp("kit"))


@pytest.fixture
def address() -> str:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def workers(kit: Path, address: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A scheduler and two workers of one thread each."""
    log = (tmp_path / "dask.log").open("wb")
    started: list[subprocess.Popen[bytes]] = []

    def dask(*words: str) -> None:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:], "--no-dashboard"],
                cwd=tmp_path,
                env=environment(kit),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )

    dask("dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2])
    for name in ("one", "two"):
        dask(
            "dask_worker",
            address,
            "--name",
            name,
            "--nthreads",
            "1",
            "--no-nanny",
            "--local-directory",
            f"{tmp_path}/{name}",
        )
    until_ready(tmp_path / "dask.log", "Register worker", 2, started)
    yield started[1:]
    for process in reversed(started):
        process.terminate()
        process.wait(timeout=60)
    log.close()


def until_ready(log: Path, words: str, times: int, processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait until a log says something so often."""
    end = time.monotonic() + 200
    while log.read_text().count(words) < times:
        assert all(process.poll() is None for process in processes), log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_one_machine(
    kit: Path, address: str, workers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    inbox, out = small_class(tmp_path / "inbox", 40), tmp_path / "out"
    grader = subprocess.Popen(
        command("grade", inbox, out, "--scheduler", address), cwd=kit, env=environment(kit),
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not ((out / "results").exists() and (boxes := descendants(workers[0].pid))):
        assert grader.poll() is None, grader.communicate()
        time.sleep(0.01)
    os.kill(workers[0].pid, signal.SIGKILL)
    _, said = grader.communicate(timeout=250)
    assert grader.returncode == 0, said
    assert not alive(boxes)
    assert "40 of 40 students have a result" in said
    assert run(kit, "grade", inbox, tmp_path / "local", "--workers", "2").returncode == 0
    assert of_everyone(out) == of_everyone(tmp_path / "local")


def test_no_scheduler_there(kit: Path, address: str, tmp_path: Path) -> None:
    inbox = small_class(tmp_path / "inbox", 2)
    ran = make(kit, "grade", f"SUBMISSIONS={inbox}", f"OUT={tmp_path / 'out'}", f"SCHEDULER={address}")
    assert ran.returncode == 2
    assert re.search(rf"No Dask scheduler answers at {address}.*Is it running there\?", ran.stderr), ran.stderr
    assert "Traceback" not in ran.stderr


def test_dask_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoWorkersError, match=r"pip install -e '.\[cluster\]'"), cluster("tcp://127.0.0.1:1"):
        pass
