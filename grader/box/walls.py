"""Outside the box: which walls this machine offers for students' code, in words that a teacher can act on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from grader.box import bubblewrap, landlock, open_box, syscalls

EXTRA = "pip install 'protein-exercise-kit[teacher]'"
LIMITS = "CPU time, memory, processes, open files and file sizes are limited for each submission"
# A kernel setting that forbids namespaces to ordinary users: where it is, its value if it does, what to do
FORBIDDING = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1"),
    ("kernel/unprivileged_userns_clone", "0"),
    ("user/max_user_namespaces", "0"),
)


def report() -> str:
    """A line for each layer, and what a submission would meet as things are."""
    if sys.platform != "linux":
        return "The walls are made for Linux. Here, students' code runs as an ordinary program of yours."
    rows = [around(), filtered(), landlocked(), ("limits", True, LIMITS), user()]
    lines = [f"{'yes' if stands else 'NO ':4} {name:20} {words}" for name, stands, words in rows]
    with open_box() as box:
        return "\n".join(["What this machine offers for students' code:", *lines, "", f"As it is: {box.walls}."])


def around() -> tuple[str, bool, str]:
    """Bubblewrap and namespaces."""
    fault = bubblewrap.fault()
    if not fault:
        version = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False).stdout
        return "bubblewrap", True, f"{version.strip()}; no sight of the machine's files, processes or network"
    if fault == "it is not installed":
        return (
            "bubblewrap",
            False,
            "install the package bubblewrap, say with apt or dnf",
        )
    return "bubblewrap", False, f"{fault}. {advice()}"


def advice() -> str:
    """What to do where namespaces are forbidden."""
    for setting, value in FORBIDDING:
        path = Path("/proc/sys", setting)
        if path.exists() and path.read_text().strip() == value:
            name = setting.replace("/", ".")
            other = {"1": "0", "0": "1"}[value] if "max" not in setting else "10000"
            return f"The kernel forbids namespaces: set `sysctl {name}={other}`, or grade as root."
    return "In a container, give it the right to make namespaces, or grade outside of it."


def filtered() -> tuple[str, bool, str]:
    """The system-call filter."""
    stands = bool(syscalls.compiled())
    lack = f"{EXTRA}, and the package libseccomp2; without it, nobody is graded"
    words = "calls that no exercise needs are refused" if stands else lack
    return "system-call filter", stands, words


def landlocked() -> tuple[str, bool, str]:
    """Landlock."""
    version = landlock.version()
    if version:
        return "Landlock", True, f"version {version}: a second wall around files and signals"
    if landlock.installed():
        return "Landlock", False, "the kernel has none, or it is switched off (Linux 5.13, lsm=landlock)"
    return "Landlock", False, EXTRA


def user() -> tuple[str, bool, str]:
    """Who students' code runs as."""
    if os.getuid() == 0:
        return "another user", True, "started by root, submissions run as nobody"
    return "another user", False, "submissions run as you, behind the walls above; as nobody if root starts them"
