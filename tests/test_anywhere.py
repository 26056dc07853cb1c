"""A verdict is the same wherever, whenever and in whatever order it is reached.

A part of each exercise's corpus is judged as usual, and under other settings: made by the submission as it is
imported, or around the grader. Status, points and the mistake named must agree.
"""

from __future__ import annotations

import locale
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from grader.box.job import GPU, Job, Observation
from grader.exercise import ROOT, Exercise, exercise, exercises
from grader.expected import Expected, Observe, job_for, observed
from grader.judge import judge
from grader.workers import local, side_by_side
from tests.classes import of_everyone
from tests.corpus import answers, spread
from tests.kits import command, environment

IDS = [item.id for item in exercises()]
Summary = list[tuple[str, str, float, str]]


def elsewhere() -> str:
    """An installed locale that writes numbers with a comma, if there is one; else plain C."""
    here = locale.setlocale(locale.LC_NUMERIC)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "es_ES.UTF-8", "it_IT.UTF-8", "pt_BR.UTF-8", "ru_RU.UTF-8"):
        try:
            locale.setlocale(locale.LC_NUMERIC, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_NUMERIC, here)
        return name
    return "C"


LOCALE = elsewhere()

# What a submission may do at its top, and no verdict may answer to.
SETTINGS = {
    "arithmetic": """
import torch
torch.set_default_dtype(torch.float64)
torch.set_num_threads(4)
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.autograd.set_detect_anomaly(True)
""",
    "modes": """
import torch
entered = torch.inference_mode(), torch.autocast("cpu", torch.bfloat16)
for mode in entered:
    mode.__enter__()
""",
    "strictness": """
import numpy, sys, torch, warnings
numpy.seterr(all="raise")
warnings.simplefilter("error")
numpy.set_printoptions(precision=1, threshold=2)
torch.set_printoptions(precision=1, threshold=2, sci_mode=True)
sys.setrecursionlimit(150)
""",
    "surroundings": f"""
import decimal, gc, locale, os, random, time
import numpy, torch
random.seed(5), numpy.random.seed(6), torch.manual_seed(7)
os.environ.update(TZ="Asia/Kathmandu", LC_ALL={LOCALE!r}, PYTHONHASHSEED="1")
time.tzset()
locale.setlocale(locale.LC_ALL, {LOCALE!r})
decimal.getcontext().prec = 2
gc.disable()
os.chdir("/")
""",
}
AROUND = {"PYTHONHASHSEED": "1", "LANG": LOCALE, "LC_ALL": LOCALE, "TZ": "Asia/Kathmandu"}


@dataclass(frozen=True)
class Usual:
    """Some programs of an exercise, and what is seen and said of them under the usual settings."""

    item: Exercise
    expected: Expected
    programs: Sequence[Path]
    observations: Sequence[Observation]

    @property
    def jobs(self) -> list[Job]:
        """What observes them."""
        return [job_for(self.item, path, self.item.all_scenarios()) for path in self.programs]

    @property
    def scenarios(self) -> list[str]:
        """All scenarios that ran."""
        return [name for name in self.observations[0]["scenarios"] if name != GPU]

    def verdicts(self, observations: Sequence[Observation], *, backwards: bool = False) -> dict[str, Summary]:
        """By program, each row with its status, its points and the mistake named; the GPU's aside."""
        seen = {path.name: one["scenarios"] for path, one in zip(self.programs, observations, strict=True)}
        if backwards:
            seen = dict(reversed(seen.items()))
        said = judge(self.item, self.item.tests[:: -1 if backwards else 1], self.expected, seen)
        return {
            program: [
                (v.check.id, v.status, v.earned, v.mistake.id if v.mistake else "")
                for v in said[program]
                if v.check.points
            ]
            for program in sorted(said)
        }


@pytest.fixture(scope="module", params=IDS)
def usual(request: pytest.FixtureRequest, observe: Observe) -> Usual:
    """The reference, a right and a wrong answer of an exercise."""
    item = exercise(request.param)
    programs = some(item)
    jobs = [job_for(item, path, item.all_scenarios()) for path in programs]
    return Usual(item, observed(item, observe), programs, list(observe(jobs)))


def some(item: Exercise) -> list[Path]:
    """The reference, a right and a wrong answer of an exercise."""
    corpus = answers(item.id)
    parts = (spread([entry for entry in corpus if entry.right is right], 1) for right in (True, False))
    return [item.reference, *(entry.path for part in parts for entry in part)]


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_a_submission_sets_at_its_top(usual: Usual, observe: Observe, setting: str) -> None:
    jobs = [replace(job, cells=(SETTINGS[setting], *job.cells)) for job in usual.jobs]
    observations = list(observe(jobs))
    assert observations[0]["loading"]["skipped"] == []  # the reference's: the setting was made
    assert usual.verdicts(observations) == usual.verdicts(usual.observations)


@pytest.mark.parametrize("order", ["backwards", "shuffled"])
def test_scenarios_in_any_order(usual: Usual, observe: Observe, order: str) -> None:
    names = usual.scenarios[::-1]
    if order == "shuffled":
        random.Random(3).shuffle(names)
    jobs = [replace(job, only=tuple(names)) for job in usual.jobs]
    assert usual.verdicts(list(observe(jobs))) == usual.verdicts(usual.observations)


def test_checks_and_submissions_in_any_order(usual: Usual) -> None:
    assert usual.verdicts(usual.observations, backwards=True) == usual.verdicts(usual.observations)


@pytest.fixture
def observe_plainly(monkeypatch: pytest.MonkeyPatch) -> Iterator[Observe]:
    """Runs jobs the plain way: all scenarios in one process, in an environment that is not the usual one."""
    for name, value in {"BOX": "none", **AROUND}.items():
        monkeypatch.setenv(name, value)
    with local() as crew:
        yield side_by_side(crew)


def test_the_plain_way_with_everything_set_and_backwards(usual: Usual, observe_plainly: Observe) -> None:
    part = replace(usual, programs=usual.programs[::2], observations=usual.observations[::2])
    top = tuple(SETTINGS.values())
    jobs = [replace(job, cells=(*top, *job.cells), only=tuple(usual.scenarios[::-1])) for job in part.jobs]
    observations = list(observe_plainly(jobs))
    assert observations[0]["loading"]["skipped"] == []
    assert part.verdicts(observations) == part.verdicts(part.observations)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students, each with a program for every exercise."""
    folder = tmp_path_factory.mktemp("inbox")
    for item in exercises():
        for number, program in enumerate(some(item)[::2]):  # the reference, and a wrong one
            target = folder / f"student{number}" / item.id
            target.mkdir(parents=True)
            shutil.copy(program, target / item.stub.name)
    return folder


def graded(inbox: Path, out: Path, *words: str, **around: str) -> dict[str, bytes]:
    """All that students are told by a grader which starts in the folder of `out`."""
    ended = subprocess.run(
        command("grade", inbox, out, *words), cwd=out.parent, env=environment(ROOT, **around),
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return of_everyone(out)


def test_a_grader_in_another_place(inbox: Path, tmp_path: Path) -> None:
    """Another working directory, hash seed, locale and time zone: the same bytes."""
    (tmp_path / "folder").mkdir()
    usual = graded(inbox, tmp_path / "usual")
    assert b"bubblewrap" in b"".join(usual.values()) or b"Landlock" in b"".join(usual.values())
    assert graded(inbox, tmp_path / "folder" / "elsewhere", **AROUND) == usual


def test_a_grader_without_walls(inbox: Path, tmp_path: Path) -> None:
    """The same bytes, but for what stood around the code. One exercise: PyTorch is imported for each program."""
    usual = graded(inbox, tmp_path / "usual", "--exercises", "ex3")
    plainly = graded(inbox, tmp_path / "plainly", "--exercises", "ex3", BOX="none", **AROUND)
    assert but_walls(plainly) == but_walls(usual)


def but_walls(told: dict[str, bytes]) -> dict[str, list[bytes]]:
    """What students are told, line by line, but for what stood around their code."""
    return {name: [line for line in text.splitlines() if b'"walls": ' not in line] for name, text in told.items()}
