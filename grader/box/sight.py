"""Outside the box: what a submission may see of this machine, and what it finds in its environment.

The interpreter, its packages, the system's libraries, `grader.box`, `lecture` and the datasets. Nothing else.
"""

from __future__ import annotations

import importlib.util
import os
import site
import sys
from pathlib import Path

from grader.box import BoxError, limits
from grader.box.gpu import UNSEEN

GRADER = Path(__file__).resolve().parents[1]
LECTURE = Path("assignments/lecture")
SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")


def python() -> list[Path]:
    """The interpreter, its packages and the libraries under them. BoxError if the solutions lie among those."""
    folders = [*map(Path, SYSTEM), *prefix_folders(), *package_folders()]
    solutions = GRADER.parent / "solutions"
    if around := [folder for folder in folders if solutions.exists() and folder.resolve() in solutions.parents]:
        raise BoxError(
            f"The kit lies in {around[0]}, which every submission may read, its solutions included. Move the kit."
        )
    files = [Path(sys.executable), Path(sys.executable).resolve(), Path(sys.prefix, "pyvenv.cfg")]
    return [path for path in dict.fromkeys([*folders, *files]) if path.exists()]


def other_names() -> list[Path]:
    """The names under which programs look for the interpreter beside the one that it was started by."""
    names = [Path(sys.executable).with_name(name) for name in ("python", "python3")]
    return [path for path in names if path not in python()]


def kit() -> dict[Path, Path]:
    """Our own part, by where it lies under a root: `grader.box`, the lecture, and the datasets beside or in it."""
    found = importlib.util.find_spec("lecture")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package `lecture` was not found. Install the kit, or run from its folder.")
    lecture = Path(found.origin).resolve().parent
    parts = {
        Path("grader/__init__.py"): GRADER / "__init__.py",
        Path("grader/box"): GRADER / "box",
        LECTURE: lecture,
    }
    datasets = lecture.parents[1] / "datasets"
    if datasets.exists() and not (lecture / "datasets").exists():
        parts[Path("datasets")] = datasets
    return parts


def installed() -> bool:
    """Whether the kit lies among the packages, where its checks would be seen with them."""
    return any(folder in GRADER.parents for folder in (*prefix_folders(), *package_folders()))


def prefix_folders() -> list[Path]:
    """Where the interpreter and its packages live; not the prefixes whole: a checkout may lie in one."""
    prefixes = dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix))
    return [Path(prefix, name) for prefix in prefixes for name in ("lib", "lib64")]


def package_folders() -> list[Path]:
    """Where packages live, a teacher's own in the home folder included."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    return [Path(folder) for folder in folders if Path(folder).exists()]


def environment(ours: list[Path], gpu: bool) -> dict[str, str]:
    """All that a submission finds in its environment; `ours` are the folders to import our own part from."""
    extra = [path for path in package_folders() if path not in prefix_folders()]
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "USER": "student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "JOBLIB_MULTIPROCESSING": "0",  # its workers look into /proc; one after another they need not
        "TORCHDYNAMO_DISABLE": "1",  # there is no compiler: what is compiled elsewhere runs as it is
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(map(str, [*ours, *extra])),
        "BOX_PATIENCE": str(limits.PATIENCE),
        **limits.ONE_THREAD,
        **({} if gpu else UNSEEN),
    }
