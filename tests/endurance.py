"""A run that is killed at random moments is graded to its end by the same command, as if nothing had happened.

python -m tests.endurance [MOMENTS] [STUDENTS]     50 moments in a run of 60 students, if left out
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

from tests.classes import RIGHT, WRONG, hand_in, of_everyone
from tests.kits import command, environment, run, toy_kit
from tests.processes import descendants

Victim = Literal["grader", "box", "everyone"]
VICTIMS: tuple[Victim, ...] = ("grader", "box", "everyone")


def small_class(inbox: Path, students: int) -> Path:
    """Right and wrong answers to the toy exercise, mixed, and what is none."""
    (inbox / "nobody").mkdir(parents=True)
    return hand_in(inbox, **{f"s{i:03}": WRONG if i % 4 == 1 else RIGHT for i in range(students - 1)})


def start(kit: Path, inbox: Path, out: Path) -> subprocess.Popen[bytes]:
    """A run that is not waited for, in a process group of its own."""
    return subprocess.Popen(
        command("grade", inbox, out, "--workers", "2"), cwd=kit, env=environment(kit),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def kill(pid: int) -> None:
    """Kill a process that may have ended."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def disturb(grader: subprocess.Popen[bytes], victim: Victim, chance: random.Random) -> list[int]:
    """Kill a process of a run, wait for the run's end, and give the processes that were there."""
    there = descendants(grader.pid)
    if victim == "grader":
        kill(grader.pid)
    elif victim == "everyone":
        for pid in (grader.pid, *there):
            kill(pid)
    elif there:
        kill(chance.choice(there))
    grader.wait(timeout=200)
    return there


def alive(pids: list[int], seconds: float = 20.0) -> list[int]:
    """Those of some processes that still run after a while."""
    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if runs(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def runs(pid: int) -> bool:
    """Whether a process is there and is no zombie that waits for its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def torment(kit: Path, room: Path, moments: int, students: int, seed: int = 0) -> None:
    """Disturb runs at random moments. AssertionError if one of them ends other than an undisturbed run."""
    chance = random.Random(seed)
    inbox = small_class(room / "inbox", students)
    began = time.monotonic()
    assert run(kit, "grade", inbox, room / "undisturbed").returncode == 0
    whole = time.monotonic() - began
    wanted = of_everyone(room / "undisturbed")
    for moment in range(moments):
        out, victim = room / f"out{moment}", VICTIMS[moment % len(VICTIMS)]
        grader = start(kit, inbox, out)
        after = chance.uniform(0, whole)
        time.sleep(after)
        there = disturb(grader, victim, chance)
        assert not alive(there), f"{victim} was killed after {after:.2f} s, and something goes on"
        ended = run(kit, "grade", inbox, out)
        assert ended.returncode == 0, ended.stderr
        assert of_everyone(out) == wanted, f"{victim} was killed after {after:.2f} s, and the results differ: {out}"
        print(f"{moment + 1} of {moments}: {victim} killed after {after:.2f} of {whole:.2f} s", flush=True)


def main(moments: str = "50", students: str = "60") -> None:
    """Torment a kit with the toy exercise."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        kit = root / "kit"
        kit.mkdir()
        torment(toy_kit(kit), root, int(moments), int(students))


if __name__ == "__main__":
    main(*sys.argv[1:])
