"""Outside the box: the command line that starts bubblewrap, and with it what the box can see.

The interpreter, its packages, the system's libraries, `grader.box`, `lecture` and the datasets are bound
read-only, under a layout of the box's own. Nothing else of the machine is there.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.box import limits
from grader.box.gpu import devices

KIT = Path("/kit")
SCRATCH = "/scratch"
GRADER = Path(__file__).resolve().parents[1]
SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
ROOT_ONLY = ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID")  # until the warm process has given them up


def fault() -> str:
    """Why bubblewrap cannot make its namespaces here; empty if it can."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return "it is not installed"
    trial = [bwrap, *namespaces(), "--ro-bind", "/", "/", "true"]
    ended = subprocess.run(trial, capture_output=True, check=False, text=True)
    return ended.stderr.strip() or "it failed without a word" if ended.returncode else ""


def command(program: list[str], gpu: bool = False) -> list[str]:
    """`program`, with its arguments, in bubblewrap; with sight of the GPU if it is to have that."""
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    return [bwrap, *namespaces(), "--new-session", *view(gpu), "--", *program]


def environment(gpu: bool = False) -> dict[str, str]:
    """All that a program in the box finds in its environment."""
    extra = [path for path in package_folders() if path not in prefix_folders()]
    path = [str(KIT), str(KIT / "assignments"), *map(str, extra)]
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": SCRATCH,
        "TMPDIR": SCRATCH,
        "MPLCONFIGDIR": f"{SCRATCH}/matplotlib",
        "USER": "student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(path),
        "BOX_PATIENCE": str(limits.PATIENCE),
        **limits.ONE_THREAD,
        **({} if gpu else {"CUDA_VISIBLE_DEVICES": ""}),
    }


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
    for folder in dict.fromkeys([*map(Path, SYSTEM), *prefix_folders(), *package_folders()]):
        if folder.exists():
            yield from bind(folder, folder)
    for path in (Path(sys.executable), Path(sys.executable).resolve(), Path(sys.prefix, "pyvenv.cfg")):
        if path.exists():
            yield from bind(path, path)
    if any(folder in GRADER.parents for folder in (*prefix_folders(), *package_folders())):
        yield from ("--tmpfs", str(GRADER))  # the kit is installed among the packages: only its box is for here
    yield from bind(GRADER / "__init__.py", KIT / "grader" / "__init__.py")
    yield from bind(GRADER / "box", KIT / "grader" / "box")
    yield from lecture()
    yield from ("--dev", "/dev", "--tmpfs", "/dev/shm")
    for device in devices() if gpu else ():
        yield from ("--dev-bind", str(device), str(device))
    # root's /proc would be covered in part, and no nested one could be mounted then: the warm process mounts it
    yield from ("--dir", "/proc") if os.getuid() == 0 else ("--proc", "/proc")
    yield from ("--remount-ro", "/tmp", "--remount-ro", "/dev", "--remount-ro", "/")


def lecture() -> Iterator[str]:
    """The lecture and its datasets, which lie beside `assignments`, or in the lecture if it is installed."""
    found = importlib.util.find_spec("lecture")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package `lecture` was not found. Install the kit, or run from its folder.")
    folder = Path(found.origin).resolve().parent
    datasets = folder.parents[1] / "datasets"
    yield from bind(folder, KIT / "assignments" / "lecture")
    if datasets.exists() and not (folder / "datasets").exists():
        yield from bind(datasets, KIT / "datasets")


def prefix_folders() -> list[Path]:
    """Where the interpreter and its packages live; not the prefixes whole: a checkout may lie in one."""
    prefixes = dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix))
    return [Path(prefix, name) for prefix in prefixes for name in ("lib", "lib64")]


def package_folders() -> list[Path]:
    """Where packages live, a teacher's own in the home folder included."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    return [Path(folder) for folder in folders if Path(folder).exists()]


def bind(source: Path, target: Path) -> Iterator[str]:
    """Show `source` at `target`, read-only, in folders that another user than root may enter."""
    for parent in reversed(target.parents[:-1]):
        yield from ("--perms", "0755", "--dir", str(parent))
    yield from ("--ro-bind", str(source), str(target))
