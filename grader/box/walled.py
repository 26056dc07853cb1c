"""Outside the box: one warm process behind walls, and the talk with it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import IO, Any

from grader.box import BoxError, bubblewrap, kernel, limits, sight, syscalls
from grader.box.account import Account, observation
from grader.box.follow import follow
from grader.box.gpu import with_gpu
from grader.box.job import Job, Observation
from grader.box.processes import below, end_all
from grader.box.room import remove

# Words in a submission, and the library that is then imported ahead of it, and stays for those who come later. None
# that brings IPython: to a program its being there says that this is a notebook.
SLOW = {
    "sklearn": "sklearn.metrics",
    "evaluate_classifier": "sklearn.metrics",  # the lecture's imports it once it is called
    "matplotlib": "matplotlib.pyplot",
    "pandas": "pandas",
    "scipy": "scipy.stats",
    "tqdm": "tqdm.auto",
}
IMPORT = re.compile(r"^(?:import|from) ([\w.]+)", re.MULTILINE)  # ours are a line each
SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
MOST_SAID = 2000  # bytes of what a process of ours said as it died


class WarmProcessDied(Exception):
    """The warm process ended, or went silent."""


class WalledBox:
    """Observes jobs behind walls of a kind, "namespaces" (in bubblewrap) or "landlock"; one job at a time.

    Use it in a `with` block.
    """

    def __init__(self, kind: str, gpu: bool = False) -> None:
        self.kind = kind
        self.gpu = gpu
        self.walls = ""
        self.known: dict[tuple[tuple[str, str], ...], list[list[str]]] = {}  # the scenarios of texts
        self.beside: WalledBox | None = None  # a second box, whose processes see the GPU, once it is needed

    def __enter__(self) -> WalledBox:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        if self.beside:
            self.beside.stop()

    def start(self) -> None:
        """Start the warm process; it goes on importing torch while the caller does something else."""
        self.warm = False
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - first, for there may be no room for it
        self.folder = folder_to_write_to() if self.kind == "landlock" else None
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.line.send(b"filter " + syscalls.compiled(self.kind, self.gpu))
        with theirs:
            kernel.leave_no_rights()
            command, environment = invocation(self.kind, self.gpu, self.folder.name if self.folder else "")
            self.process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=self.log,
                stderr=self.log,
                cwd="/",
                env=environment,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End the warm process, and with it everything that came from it, and what that wrote."""
        with contextlib.suppress(OSError):  # it has ended
            self.line.shutdown(socket.SHUT_WR)
        if not self.all_gone():
            end_all(below(self.process.pid))  # bubblewrap's own end leaves what is inside
            self.all_gone()
        self.process.wait()
        self.line.close()
        self.log.close()
        if self.folder:
            with contextlib.suppress(OSError):  # no descriptor can be had for it
                remove(Path(self.folder.name))
            self.folder.cleanup()

    def all_gone(self) -> bool:
        """Wait until the warm process has gone, and all others that could still write: they hold the other end of
        the line. False if that took too long."""
        try:
            self.line.settimeout(limits.END_WALL)
            while self.line.recv(1 << 16):
                continue
        except TimeoutError:
            return False
        except OSError:  # it was reset, or is closed
            return True
        return True

    def stands(self) -> bool:
        """Whether the walls stand; `walls` says which. Call it once for each start, before any job."""
        try:
            more = self.hear(limits.START_WALL)["standing"]
        except WarmProcessDied:
            return False
        self.walls = ", ".join(more)
        return True

    def observe(self, job: Job) -> Observation:
        """Run a job. If the warm process dies, that is our fault: once more with a new one, then BoxError."""
        try:
            seen = observation(job, self.walls, self.run)
        except WarmProcessDied as first:
            self.start_anew()
            try:
                seen = observation(job, self.walls, self.run)
            except WarmProcessDied as second:
                self.start_anew()  # what may still run in it would tell the next one of its end
                raise BoxError(
                    f"The box ended twice while it looked at a submission to {job.exercise}. {first} {second}\n"
                    "`python -m grader box` says what this machine offers."
                ) from second
        # behind Landlock alone, what is left of calls and files is too little for a GPU's driver
        return seen if self.gpu or self.kind == "landlock" else with_gpu(job, seen, self.neighbour)

    def start_anew(self) -> None:
        """Start another warm process in the place of one that died; which walls stand around it, `walls` says."""
        self.stop()
        self.start()
        self.stands()

    def neighbour(self, job: Job) -> Observation:
        """Observe a job in the box beside this one, which sees the GPU."""
        if self.beside is None:
            self.beside = WalledBox(self.kind, gpu=True)
            self.beside.start()
            self.beside.stands()
        return self.beside.observe(job)

    def run(self, account: Account) -> None:
        """One run of a submission, from its fork to the end of its namespaces."""
        while not self.warm:
            self.warm = "ready" in self.hear(limits.START_WALL)
        account.know(self.told(account.job))
        account.begin(held=1)
        lines, their_lines = one_way()
        prints, their_prints = os.pipe()
        texts, their_texts = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with os.fdopen(lines, "rb", buffering=0) as told, os.fdopen(prints, "rb", buffering=0) as printed, texts:
            self.ask_for_run(account, their_lines, their_prints, their_texts.detach())
            try:
                ended = follow(account, told, printed, self, Texts(account, texts))
            except TimeoutError as error:
                raise WarmProcessDied(str(error)) from error
        if not account.begun:
            said = account.printed[-MOST_SAID:].decode("utf-8", "replace").strip()
            how = ended.get("killed", "it took too long")
            raise WarmProcessDied(f"A process for it could not be set up ({how}). It said: {said}")
        account.stopped(ended)

    def told(self, job: Job) -> list[list[str]]:
        """Of an exercise, the names of its scenarios, text by text."""
        if job.scenarios not in self.known:
            self.send({"name": imports(job.scenarios)}, in_memory(json.dumps(job.scenarios)))
            self.known[job.scenarios] = self.hear(limits.START_WALL)["scenarios"]
        return self.known[job.scenarios]

    def ask_for_run(self, account: Account, lines: int, prints: int, texts: int) -> None:
        """Ask for a run; the submission travels in a file of its own, which the warm process does not read.

        What the scenarios import comes before the submission, whose own files may share a name.
        """
        job = replace(account.job, scenarios=(), only=())
        request = {"run": imports(account.job.scenarios), "words": slow_imports(account.job)}
        self.send(request, wanted(account, 0), in_memory(job.to_json()), lines, prints, texts)

    def send(self, request: dict[str, Any], *descriptors: int) -> None:
        """Send one request; the descriptors are closed on this side."""
        try:
            socket.send_fds(self.line, [json.dumps(request).encode()], list(descriptors))
        except OSError as error:
            raise WarmProcessDied(self.last_words()) from error
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def fileno(self) -> int:
        """The socket's descriptor, to wait on."""
        return self.line.fileno()

    def end_run(self) -> None:
        """Ask the warm process to end the submission that runs."""
        with contextlib.suppress(OSError):  # it has ended: that is heard next
            self.line.send(b'{"stop": true}')

    def hear(self, seconds: float) -> dict[str, Any]:
        """The next message of the warm process."""
        try:
            self.line.settimeout(seconds)
            message = self.line.recv(1 << 16)
        except OSError:
            message = b""
        if not message:
            raise WarmProcessDied(self.last_words())
        record: dict[str, Any] = json.loads(message)
        return record

    def last_words(self) -> str:
        """The end of what the warm process wrote on its standard error."""
        if self.log.closed:
            return "There was no room to start it anew."
        self.log.seek(0)
        words = self.log.read()[-MOST_SAID:].decode("utf-8", "replace").strip()
        return f"It said: {words}" if words else "It said nothing."


class Texts:
    """Hands a run the texts of scenarios in turn, each once the run has told of all that is wanted of those before.

    A scenario that everyone may see so runs in a process that never held a hidden one: whatever a submission makes
    of the numbers that its student is shown, nothing hidden is among them.
    """

    def __init__(self, account: Account, line: socket.socket) -> None:
        self.account, self.line = account, line

    def go_on(self) -> None:
        """Hand on the next text if it is due; a run that is done with all that it will get may end."""
        if self.account.due():
            text = wanted(self.account, self.account.hand_on())
            with contextlib.suppress(OSError):  # the run has ended: that is told elsewhere
                socket.send_fds(self.line, [b"text"], [text])
            os.close(text)
        elif self.account.done:
            with contextlib.suppress(OSError):
                self.line.shutdown(socket.SHUT_WR)


def wanted(account: Account, text: int) -> int:
    """The descriptor of a file with one text of scenarios, and the names of those that are to run."""
    return in_memory(json.dumps({"scenarios": account.job.scenarios[text], "only": account.left(text)}))


def kinds() -> list[str]:
    """The kinds of walls that may stand on this machine, the best first."""
    return ["namespaces", "landlock"] if shutil.which("bwrap") else ["landlock"]


def folder_to_write_to() -> tempfile.TemporaryDirectory[str]:
    """A folder for a box that has no file systems of its own, gone with this object at the latest. Others may pass
    through it, and not look around: there root has another user write."""
    place = Path(tempfile.gettempdir()).resolve()
    if os.getuid() == 0 and not all(folder.stat().st_mode & stat.S_IXOTH for folder in (place, *place.parents)):
        place = Path("/tmp").resolve()
    made = tempfile.TemporaryDirectory(prefix="box-", dir=place, ignore_cleanup_errors=True)
    Path(made.name).chmod(0o711)
    return made


def invocation(kind: str, gpu: bool, folder: str) -> tuple[list[str], dict[str, str]]:
    """The command that starts a warm process behind walls of a kind, and its environment; `folder` is to write to,
    where no file system is."""
    program = [sys.executable, "-s", "-P", "-m", "grader.box.warm", kind]  # nothing is imported from "/"
    if kind == "namespaces":
        return bubblewrap.command(program, gpu), bubblewrap.environment(gpu)
    readable = [*sight.python(), *sight.kit().values()]
    ours = [sight.GRADER.parent, sight.kit()[sight.LECTURE].parent]
    return [*program, folder, *map(str, readable)], sight.environment(ours, gpu)


@cache
def imports(texts: tuple[tuple[str, str], ...]) -> list[str]:
    """What scenarios import, once each. Not by `ast`: in Python 3.11 two threads that parse at once may fail."""
    return sorted({name for _, text in texts for name in IMPORT.findall(text)})


def slow_imports(job: Job) -> list[str]:
    """The slow libraries that a submission will import, guessed from the words of its text and its modules."""
    modules = (data.decode("utf-8", "replace") for name, data in job.files.items() if name.endswith(".py"))
    words = (word[0] for text in (*job.cells, *modules) for word in re.finditer(r"\w+", text))
    return sorted({SLOW[word] for word in words if word in SLOW})


def one_way() -> tuple[int, int]:
    """Descriptors of what goes one way: to read from, and to write to. No pipe: one of its own user's a submission
    could open anew, to read what is told of it before we do."""
    ours, theirs = socket.socketpair()
    ours.shutdown(socket.SHUT_WR)
    return ours.detach(), theirs.detach()


def in_memory(text: str) -> int:
    """A descriptor of a file that holds `text`, nowhere on disk, at its beginning. Sealed: what a submission wrote
    to it would be memory that nobody counts."""
    descriptor = os.memfd_create("job", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(os.dup(descriptor), "w", encoding="utf-8") as file:
        file.write(text)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, SEALS)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
