"""`SCHEDULER=tcp://...`: a real Dask scheduler and two worker processes, one of which is killed in the middle."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader import course
from grader.exercise import Exercise
from grader.report.tally import Tally
from grader.workers import NoWorkersError, cluster
from tests.classes import of_everyone
from tests.endurance import alive, small_class
from tests.kits import command, environment, make, run, toy_kit
from tests.processes import descendants

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_kit(tmp_path_factory.mktemp("kit"))


@pytest.fixture
def address() -> str:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


@dataclass
class Dask:
    """The processes of a cluster, and what they write."""

    folder: Path
    address: str
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, kit: Path, program: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a scheduler or a worker that has a kit."""
        with self.log.open("ab") as log:
            self.started.append(
                subprocess.Popen(
                    [sys.executable, "-m", f"distributed.cli.dask_{program}", *words, "--no-dashboard"],
                    cwd=self.folder, env=environment(kit), stdout=log, stderr=log, start_new_session=True,
                )
            )  # fmt: skip
        return self.started[-1]

    def worker(self, kit: Path, name: str) -> subprocess.Popen[bytes]:
        """Start a worker of one thread."""
        return self.start(
            kit, "worker", self.address, "--name", name, "--nthreads", "1", "--no-nanny",
            "--local-directory", f"{self.folder}/{name}",
        )  # fmt: skip

    @property
    def log(self) -> Path:
        """What all of them write."""
        return self.folder / "dask.log"

    def wait_for(self, words: str, times: int) -> None:
        """Wait until the log says something so often."""
        end = time.monotonic() + 200
        while not self.log.exists() or self.log.read_text().count(words) < times:
            assert all(process.poll() is None for process in self.started), self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        """End all that still run."""
        for process in reversed(self.started):
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture
def dask(kit: Path, address: str, tmp_path: Path) -> Iterator[Dask]:
    """A scheduler."""
    made = Dask(tmp_path, address)
    made.start(kit, "scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2])
    made.wait_for("Scheduler at", 1)
    yield made
    made.stop()


@pytest.fixture
def workers(dask: Dask, kit: Path) -> list[subprocess.Popen[bytes]]:
    """Two workers."""
    made = [dask.worker(kit, name) for name in ("one", "two")]
    dask.wait_for("Register worker", 2)
    return made


@pytest.mark.usefixtures("workers")
@pytest.mark.parametrize("way", ["stopped", "killed"])
def test_a_worker_knows_that_nobody_waits_any_more(way: str, address: str, tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = ASKING.format(address=address, told=str(told), way=way)
    client = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=100
    )
    assert client.returncode == (0 if way == "stopped" else -signal.SIGKILL), client.stderr
    end = time.monotonic() + 60
    while told.read_text() != "False True":
        assert time.monotonic() < end, told.read_text()
        time.sleep(0.1)


ASKING = """
import os
import signal
import time
from pathlib import Path

from distributed import Client


def task(told):
    from grader.workers import unwanted

    words, end = [], time.monotonic() + 60
    while len(words) < 2 and time.monotonic() < end:
        if str(unwanted()) not in words:
            words.append(str(unwanted()))
            Path(told).write_text(" ".join(words))
        time.sleep(0.05)


client = Client("{address}")
future = client.submit(task, "{told}")
while not Path("{told}").exists():
    time.sleep(0.05)
if "{way}" == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
client.close()
"""


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_one_machine(
    kit: Path, address: str, workers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    inbox, out = small_class(tmp_path / "inbox", 24), tmp_path / "out"
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
    assert "24 of 24 students have a result" in said
    assert run(kit, "grade", inbox, tmp_path / "local", "--workers", "2").returncode == 0
    assert of_everyone(out) == of_everyone(tmp_path / "local")


def test_a_scheduler_that_ends_in_the_middle(
    kit: Path, dask: Dask, workers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    inbox, out = small_class(tmp_path / "inbox", 24), tmp_path / "out"
    grader = subprocess.Popen(
        command("grade", inbox, out, "--scheduler", dask.address), cwd=kit, env=environment(kit),
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (out / "results").exists():
        assert grader.poll() is None, grader.communicate()
        time.sleep(0.01)
    os.kill(dask.started[0].pid, signal.SIGKILL)
    _, said = grader.communicate(timeout=250)
    assert grader.returncode == 2
    assert re.search(r"scheduler at tcp://\S+ is gone.*run the same command again", said), said
    assert "Traceback" not in said
    assert all(worker.poll() is None or worker.returncode >= 0 for worker in workers)


def test_a_scheduler_without_a_worker(dask: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.workers.WAITING_SECONDS", 1)
    sentence = "Start one, `dask worker .*`, with this kit installed"
    with pytest.raises(NoWorkersError, match=sentence), cluster(dask.address):
        pass


def test_workers_that_all_end_in_the_middle(
    kit: Path, dask: Dask, workers: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.workers.WAITING_SECONDS", 1)
    monkeypatch.setattr("grader.visits.SILENCE", 1.0)

    def show(_: Tally) -> None:
        for worker in workers:
            worker.kill()

    inbox = small_class(tmp_path / "inbox", 24)
    with cluster(dask.address) as crew, pytest.raises(NoWorkersError, match="Start one, `dask worker"):
        course.grade(inbox, tmp_path / "out", [Exercise("ex6", kit)], crew, show)


def test_a_worker_with_another_kit_is_not_asked(kit: Path, dask: Dask, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(kit, other)
    with (other / "grader" / "box" / "facts.py").open("a") as file:
        file.write("# another version\n")
    dask.worker(other, "other")
    dask.wait_for("Register worker", 1)
    inbox = small_class(tmp_path / "inbox", 3)
    ran = run(kit, "grade", inbox, tmp_path / "out", "--scheduler", dask.address)
    assert ran.returncode == 2
    assert re.search(r"another version of the kit.*Install the same.*restart the worker", ran.stderr), ran.stderr
    assert "Traceback" not in ran.stderr
    assert [path.stem for path in (tmp_path / "out" / "facts").iterdir()] == ["nobody"]  # who has no code to run


def test_no_scheduler_there(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.workers.ANSWER_SECONDS", 1)
    sentence = rf"No Dask scheduler answers at {address}.*Is it running there\?"
    with pytest.raises(NoWorkersError, match=sentence), cluster(address):
        pass


def test_make_hands_the_address_on(kit: Path, tmp_path: Path) -> None:
    inbox = small_class(tmp_path / "inbox", 2)
    ran = make(kit, "grade", f"SUBMISSIONS={inbox}", f"OUT={tmp_path / 'out'}", "SCHEDULER=nonsense")
    assert ran.returncode == 2
    assert "No Dask scheduler answers at nonsense" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "address", ["nonsense", "localhost:notaport", "tcp://", "foo://127.0.0.1:80", "tls://127.0.0.1:1"]
)
def test_an_address_that_can_be_none(address: str) -> None:
    before = set(threading.enumerate())
    sentence = rf"No Dask scheduler answers at {address}: .*An address is like tcp://host:8786"
    with pytest.raises(NoWorkersError, match=sentence), cluster(address):
        pass
    assert set(threading.enumerate()) == before  # no client's that hangs at the end


def test_dask_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoWorkersError, match=r"pip install -e '.\[cluster\]'"), cluster("tcp://127.0.0.1:1"):
        pass
