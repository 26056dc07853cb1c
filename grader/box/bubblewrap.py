"""Outside the box: the command line that starts bubblewrap around the warm process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.box import kernel, sight
from grader.box.gpu import devices

ROOT = Path("/kit")  # where the box has our own part
SCRATCH = "/scratch"
ROOT_ONLY = ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID")  # until the warm process has given them up


def fault() -> str:
    """Why bubblewrap cannot make its namespaces here; empty if it can."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return "it is not installed"
    kernel.leave_no_rights()
    trial = [bwrap, *namespaces(), "--ro-bind", "/", "/", "true"]
    ended = subprocess.run(trial, capture_output=True, check=False, text=True)
    return ended.stderr.strip() or "it failed without a word" if ended.returncode else ""


def command(program: list[str], gpu: bool = False) -> list[str]:
    """`program`, with its arguments, in bubblewrap; with sight of the GPU if it is to have that."""
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    return [bwrap, *namespaces(), "--hostname", "box", "--new-session", *view(gpu), "--", *program]


def environment(gpu: bool = False) -> dict[str, str]:
    """All that a program in the box finds in its environment."""
    folders = {"HOME": SCRATCH, "TMPDIR": SCRATCH, "MPLCONFIGDIR": f"{SCRATCH}/matplotlib"}
    return folders | sight.environment([ROOT, ROOT / "assignments"], gpu)


def namespaces() -> list[str]:
    """Every namespace that bubblewrap can make. Root becomes another user later on: a user namespace of its
    own would keep it root to the kernel, which lets root fork without end."""
    if os.getuid() == 0:
        kinds = [f"--unshare-{kind}" for kind in ("ipc", "pid", "net", "uts", "cgroup-try")]
        return kinds + [word for name in ROOT_ONLY for word in ("--cap-add", name)]
    return ["--unshare-all"]


def view(gpu: bool) -> Iterator[str]:
    """The arguments that lay out the file system of the box."""
    yield from ("--tmpfs", "/tmp", "--dir", SCRATCH)
    for path in sight.python():
        yield from bind(path, path)
    for path in sight.other_names():
        yield from ("--symlink", sys.executable, str(path))
    if sight.installed():
        yield from ("--tmpfs", str(sight.GRADER))  # among the packages: only its box is for here, and follows
    for place, source in sight.kit().items():
        yield from bind(source, ROOT / place)
    yield from ("--dev", "/dev", "--tmpfs", "/dev/shm")
    # no terminals, of which a machine has so many; and no zeros: a shared map of them is memory that no process has
    yield from ("--tmpfs", "/dev/pts", "--dev-bind", "/dev/null", "/dev/zero")
    for device in devices() if gpu else ():
        yield from ("--dev-bind", str(device), str(device))
    # root's /proc would be covered in part, and no nested one could be mounted then: the warm process mounts it
    yield from ("--dir", "/proc") if os.getuid() == 0 else ("--proc", "/proc")
    yield from ("--remount-ro", "/tmp", "--remount-ro", "/dev/pts", "--remount-ro", "/dev", "--remount-ro", "/")


def bind(source: Path, target: Path) -> Iterator[str]:
    """Show `source` at `target`, read-only, in folders that another user than root may enter."""
    for parent in reversed(target.parents[:-1]):
        yield from ("--perms", "0755", "--dir", str(parent))
    yield from ("--ro-bind", str(source), str(target))
