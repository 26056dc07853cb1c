"""What processes take: their memory, sockets and descriptors, also as they end or hide."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.box import kernel, limits, lineage, processes
from grader.box.lineage import Lineage
from grader.box.processes import Family, Moved, origin, signal_all


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_process_that_ends_while_it_is_looked_at_may_have_moved() -> None:
    gone = [2**22 + 1]  # beyond the last number that a process can have
    for look in (processes.tasks, processes.too_many_open, lambda pids: Lineage(1, 0).memory(pids, 0)):
        with pytest.raises(Moved):
            look(gone)
    with pytest.raises(Moved):
        processes.pieces(gone[0], 1)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_the_memory_of_a_process_that_hides_counts_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = Lineage(1, 0).memory([os.getpid()], 0)
    assert 0 < ordinary <= processes.whole(os.getpid())
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "smaps_rollup":
            raise PermissionError(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr(processes, "whole", lambda _: 10**10)  # it is another from moment to moment
    line = Lineage(1, 0)
    assert line.memory([os.getpid()], 0) == 10**10
    assert line.at_least([os.getpid()]) == 0  # of what others may have, too


def test_a_number_that_is_given_anew_while_parents_are_read_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage, "origin", {7: (1, 0), 8: (9, 0), 9: (8, 0)}.get)
    with pytest.raises(Moved):
        Lineage(1, 0).look([7, 8, 9], 10)


def at_rest(look: Callable[[], int]) -> int:
    """What a look tells once a program has begun, and no more opens and closes its libraries."""
    for _ in range(1000):
        with contextlib.suppress(Moved):
            return look()
    raise TimeoutError


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_socket_that_processes_share_counts_once() -> None:
    with socket.socket(socket.AF_UNIX) as one, socket.socket(fileno=os.dup(one.fileno())) as again:
        shared = [one.fileno(), again.fileno()]
        with subprocess.Popen(["/bin/sleep", "60"], pass_fds=shared) as first:
            with subprocess.Popen(["/bin/sleep", "60"], pass_fds=shared) as second:
                counted = at_rest(
                    lambda: processes.sockets(dict(processes.opened([first.pid, second.pid])).values())
                )
                second.kill()
            first.kill()
    assert counted == 1


@pytest.mark.parametrize(
    ("buffer", "most"), [(limits.BUFFER, 256), (4096, 256), (3 * limits.BUFFER, 85), (1 << 24, limits.FEW_SOCKETS)]
)
def test_where_a_socket_holds_more_there_may_be_fewer(
    monkeypatch: pytest.MonkeyPatch, buffer: int, most: int
) -> None:
    monkeypatch.setattr(socket.socket, "getsockopt", lambda *_: buffer)
    assert processes.most_sockets.__wrapped__() == most


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize(("most", "too_many"), [(8, True), (9, False)])
def test_a_file_counts_for_each_process_that_has_it_and_a_pipe_once(
    monkeypatch: pytest.MonkeyPatch, most: int, too_many: bool
) -> None:
    monkeypatch.setattr(limits, "DESCRIPTORS", most)
    pipe = os.pipe()
    with open("/dev/null") as null, contextlib.ExitStack() as running:  # noqa: PTH123
        own = dict.fromkeys(("stdin", "stdout", "stderr"), null)
        passed = [*pipe, null.fileno()]
        both = [running.enter_context(subprocess.Popen(["/bin/sleep", "60"], pass_fds=passed, **own)) for _ in "ab"]
        for each in both:
            running.callback(each.kill)
        assert at_rest(lambda: processes.too_many_open([each.pid for each in both])) is too_many
    for end in pipe:
        os.close(end)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_files_that_had_one_name_are_as_many_as_they_are(tmp_path: Path) -> None:
    found = []
    with contextlib.ExitStack() as kept:
        for _ in range(2):
            file = kept.enter_context((tmp_path / "name").open("w"))
            (tmp_path / "name").unlink()
            path = f"/proc/self/fd/{file.fileno()}"
            found.append(processes.shared(path, processes.link_of(path)))
    assert all(found)
    assert len({*found}) == 2


HOLDS_IN_A_THREAD = """
import ctypes, os, sys, threading
def hold():
    kept = bytearray(b"x" * 60_000_000)
    print(os.pipe() and "held", flush=True)
    os._exit(len(sys.stdin.read()))
threading.Thread(target=hold).start()
ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_process_counts_whose_first_thread_has_ended() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLDS_IN_A_THREAD], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        process.stdout.read(4)
        while processes.fields(Path(f"/proc/{process.pid}/stat"))[0] != "Z":
            time.sleep(0.01)
        assert Lineage(1, 0).memory([process.pid], 0) > 60_000_000
        assert len(processes.descriptors(process.pid)) >= 5
        process.communicate()
    with pytest.raises(Moved):
        processes.descriptors(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="there are no such calls")
def test_a_number_that_was_given_anew_to_anybody_is_told_nothing() -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        began = origin(process.pid)[1]
        signal_all({process.pid: began - 1}, signal.SIGKILL)  # the listed one began before
        here = threading.Event()
        thread = threading.Thread(target=here.wait)
        thread.start()
        signal_all({thread.native_id or 0: began, process.pid: began}, signal.SIGSTOP)
        here.set()
        thread.join()
        while "T" not in processes.states(process.pid):
            time.sleep(0.01)
        assert process.poll() is None
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="there are no such calls")
def test_who_is_ended_lets_go_of_its_memory_once_all_were_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel frees nothing that a process has which goes on."""
    freed = []
    free = kernel.free_memory

    def note(pid: int) -> None:
        freed.append((pid, [program.poll() for program in programs]))
        free(pid)

    monkeypatch.setattr(kernel, "free_memory", note)
    with subprocess.Popen(["/bin/sleep", "60"]) as first, subprocess.Popen(["/bin/sleep", "60"]) as second:
        programs = [first, second]
        free(first.pid)
        assert first.poll() is None  # it was not told to end, and goes on

        def end(family: Family, number: signal.Signals) -> None:
            signal_all(family, number)
            for program in programs:
                program.wait(30)

        monkeypatch.setattr(processes, "signal_all", end)
        listed = {pid: origin(pid)[1] for pid in (first.pid, second.pid)}
        processes.end_all({first.pid: 0, 2**22 + 1: 0, second.pid: 0} | listed)
    assert freed == [(pid, [-9, -9]) for pid in (first.pid, 2**22 + 1, second.pid)]
