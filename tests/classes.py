"""Small classes of students for the toy exercise, and a stand-in for the box that needs no process."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader import course
from grader.box import BoxError
from grader.box.job import Job, Loading, Observation, Seen
from grader.exercise import Exercise
from grader.report.tally import Tally
from grader.workers import Crew

RIGHT = "def mean_length(sequences):\n    return sum(map(len, sequences)) / len(sequences) if sequences else 0.0\n"
WRONG = "def mean_length(sequences):\n    return float(len(sequences))  # counts sequences\n"
SLOW = "def mean_length(sequences):\n    while True: pass\n"
UNREADABLE = "def mean_length(sequences:\n    return 1\n"
MISTAKE = "def mean_length(sequences):\n    return float(len(sequences))\n"
FAULTY = "the box breaks on this\n"


def hand_in(submissions: Path, **texts: str) -> Path:
    """One folder for each student, with a file for exercise 6."""
    for student, text in texts.items():
        folder = submissions / student / "ex6"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lengths.py").write_text(text, encoding="utf-8")
    return submissions


def tree(out: Path, *rooms: str) -> dict[str, bytes]:
    """The files in some rooms of OUT, by their paths."""
    paths = sorted(path for room in rooms or ("results", "feedback") for path in (out / room).rglob("*"))
    return {str(path.relative_to(out)): path.read_bytes() for path in paths if path.is_file()}


def of_everyone(out: Path) -> dict[str, bytes]:
    """All that must not depend on how a run went."""
    return tree(out) | {"results.csv": (out / "results.csv").read_bytes()}


def result(out: Path, student: str) -> dict[str, Any]:
    """A student's result."""
    made: dict[str, Any] = json.loads((out / "results" / f"{student}.json").read_text(encoding="utf-8"))
    return made


def text(out: Path, name: str) -> str:
    """A file of OUT."""
    return (out / name).read_text(encoding="utf-8")


def observation(**scenarios: Seen) -> Observation:
    """What a box saw of a submission that could be loaded."""
    loading = Loading(status="loaded", reason=None, skipped=[], undefined=[])
    return Observation(walls="a stand-in", loading=loading, scenarios=scenarios, signs=[], printed="")


def means(three: float, none: float) -> Observation:
    """What the toy exercise's two scenarios saw."""
    return observation(three=Seen(facts={"mean": three}), none=Seen(facts={"mean": none}))


@dataclass
class StandIn:
    """Answers for the box: by the text of a submission, or as `answers` has it."""

    answers: Mapping[str, Callable[[Job], Observation]] = field(default_factory=dict)
    asked: list[Job] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def observe(self, jobs: Sequence[Job], *_: object) -> list[Observation]:
        """Observe some jobs."""
        with self.lock:
            self.asked += jobs
        return [self.answer(job) for job in jobs]

    def answer(self, job: Job) -> Observation:
        """What is seen of one submission."""
        text = job.cells[0]
        if text in self.answers:
            return self.answers[text](job)
        if text == WRONG:
            return means(3.0, 0.0)
        if text == FAULTY:
            raise BoxError("The box ended twice.")
        return means(8 / 3, 0.0)


@contextmanager
def stand_in(patch: pytest.MonkeyPatch, **texts: Callable[[Job], Observation]) -> Iterator[StandIn]:
    """A stand-in in place of every box."""
    box = StandIn(texts)
    with patch.context() as patched:
        patched.setattr("grader.visits.observe_behind_walls", box.observe)
        patched.setattr("grader.marking.observe", box.observe)
        yield box


def grade(submissions: Path, out: Path, exercise: Exercise, workers: int = 2, without_walls: bool = False) -> Tally:
    """Grade a class for one exercise."""
    with ThreadPoolExecutor(workers) as pool:
        crew = Crew(pool, pool, workers)
        return course.grade(submissions, out, [exercise], crew, lambda _: None, without_walls)


def judge_again(out: Path, exercise: Exercise) -> Tally:
    """Judge a class again."""
    with ThreadPoolExecutor(1) as pool:
        return course.judge_again(out, [exercise], Crew(pool, pool, 1), lambda _: None)


def copied(exercise: Exercise, root: Path, old: str, new: str, *names: str) -> Exercise:
    """A copy of an exercise in which some files have other words."""
    shutil.copytree(exercise.root, root)
    for name in names:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")
    return Exercise(exercise.id, root)
