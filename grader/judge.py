"""The judge: facts against facts, by the pytest tests of an exercise.

A pure function: it looks at what was seen of a submission and what was seen of the reference
under the same scenarios. No student code, no box, no clock and no random number is anywhere near.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from grader.exercise import Check, Exercise, KitError
from grader.expected import Expected
from grader.mistakes import Mistake
from grader.seen import Failed, NotObserved, Seen, close

Facts = Mapping[str, Mapping[str, Any]]  # scenario name -> what was seen
Status = Literal["passed", "failed", "error", "timeout", "killed", "skipped"]


@dataclass(frozen=True)
class Verdict:
    """What the judge says of one check.

    `observed` is what a failed check saw, in words; `absence` what kept a scenario from its facts (an error, a
    time limit, the end of its process, a reason to skip it); `mistake` the one mistake that explains either.
    """

    check: Check
    status: Status
    observed: str = ""
    absence: Mapping[str, Any] = field(default_factory=dict)
    mistake: Mistake | None = None
    symptom: tuple[Any, ...] | None = None  # by which a mistake is recognised; None if the check passed

    @property
    def earned(self) -> float:
        """The points of the check if it passed, else 0."""
        return self.check.points if self.status == "passed" else 0.0


@dataclass
class Bench:
    """The judge's bench, a pytest plugin: hands each test the facts it names and takes down how it ended."""

    exercise: Exercise
    expected: Expected
    submissions: Mapping[str, Facts]
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    stopped: bool = False  # by a Ctrl-C

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Let a test have arguments, the scenarios of those names, which pytest would look for among fixtures. One
        case for all submissions: pytest takes some twenty times as long for a case as a test does."""
        names = metafunc.fixturenames
        metafunc.parametrize(names, [names], ids=["all"])

    def seen(self, facts: Facts, names: Iterable[str]) -> dict[str, Seen]:
        """What a test called with `names` looks at."""
        unrun = {"skipped": "this scenario did not run"}
        return {
            name: Seen(name, facts.get(name, unrun), self.expected.reference.get(name, {}).get("facts", {}))
            for name in names
        }

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Call the test for each submission; a check that fails is a verdict, anything else that goes wrong is a
        fault of ours."""
        name, names = pyfuncitem.originalname, pyfuncitem.fixturenames
        check = next((check for check in self.exercise.checks if check.test == name), None)
        if check is None:
            self.faults.append(f"{self.exercise.id}: {name} belongs to no row of the rubric.")
            return True
        for student, facts in self.submissions.items():
            own = self.verdicts.setdefault(student, {})
            own[check.id] = self.verdict(check, pyfuncitem.obj, self.seen(facts, names))
        return True

    def verdict(self, check: Check, test: Callable[..., None], arguments: dict[str, Seen]) -> Verdict:
        """Judge one submission by one check."""
        try:
            test(**arguments)
        except Failed as failure:
            mistake = self.explain(check, failure.symptom)
            return Verdict(check, "failed", failure.message, mistake=mistake, symptom=failure.symptom)
        except NotObserved as absence:
            status = status_of(absence.seen)
            if status == "skipped":
                return Verdict(check, status, absence=absence.seen)
            symptom = absent(absence)
            mistake = self.explain(check, symptom)
            return Verdict(check, status, absence=absence.seen, mistake=mistake, symptom=symptom)
        return Verdict(check, "passed")

    def explain(self, check: Check, symptom: tuple[Any, ...]) -> Mistake | None:
        """The mistake whose program fails this check with this symptom, if all that do are one and the same."""
        matches = [
            mistake
            for mistake, symptoms in self.expected.symptoms.items()
            if close(symptoms.get(check.id), symptom, rel=1e-3)
        ]
        return matches[0] if len({mistake.id for mistake in matches}) == 1 else None


def absent(absence: NotObserved) -> tuple[Any, ...]:
    """The symptom of a scenario without facts: how the submission ended it."""
    error = absence.seen.get("error", {})
    return (absence.scenario, sorted(absence.seen), error.get("type"), error.get("text"))


def status_of(seen: Mapping[str, Any]) -> Status:
    """The status of a check whose scenario has no facts."""
    statuses: tuple[Status, ...] = ("error", "timeout", "killed")
    return next((status for status in statuses if status in seen), "skipped")


class JudgeError(KitError):
    """The checks themselves are at fault: a row without a test, a test without a row, a test that crashed."""


def judge(
    exercise: Exercise, tests: list[Path], expected: Expected, submissions: Mapping[str, Facts]
) -> dict[str, list[Verdict]]:
    """Judge many submissions by the test files of one exercise.

    Returns each submission's verdicts, in the rubric's order. Raises JudgeError for any fault of ours: such a
    thing is never a student's zero.
    """
    if not submissions:
        return {}
    if lost := [str(path) for path in tests if not path.exists()]:
        raise JudgeError(f"The checks of {exercise.id} did not run: {', '.join(lost)} is not there.")
    rows = [check for check in exercise.checks if check.visible or exercise.hidden_tests in tests]
    bench = Bench(exercise, expected, submissions)
    code = run_pytest(tests, bench)
    if bench.stopped:
        raise KeyboardInterrupt
    if code != pytest.ExitCode.OK or bench.faults:
        raise JudgeError(f"The checks of {exercise.id} did not run: {'; '.join(bench.faults) or code}")
    judged = [bench.verdicts.get(student, {}) for student in submissions]
    if idle := [check.id for check in rows if any(check.id not in own for own in judged)]:
        raise JudgeError(f"The checks of {exercise.id} did not run: {', '.join(idle)} has no test.")
    return {student: [own[check.id] for check in rows] for student, own in zip(submissions, judged, strict=True)}


def run_pytest(tests: list[Path], bench: Bench) -> int:
    """Run test files with nothing of the surroundings: no other plug-in, configuration, output or cache."""
    options = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:warnings"]
    options += ["-p", "no:faulthandler"]  # asks for a standard error, which a run may be without
    options += ["-p", "no:unraisableexception", "-p", "no:threadexception"]  # each collects garbage, for long
    options += ["--capture=no", "--assert=plain", "--import-mode=importlib", "-c", os.devnull, "--noconftest"]
    root = os.path.commonpath([path.resolve().parent for path in tests])
    options += [f"--rootdir={root}", f"--confcutdir={root}"]  # else it would import what lies above
    with without_surroundings(), forgotten(tests):
        return pytest.main([*options, *map(str, tests)], plugins=[bench, Faults(bench), Way(tests)])


@contextmanager
def forgotten(tests: list[Path]) -> Iterator[None]:
    """Let test files be read anew each time: pytest would take the module of an earlier run for this one's, and the
    packages that it makes up above a test for real ones."""
    before = set(sys.modules)
    yield
    files = {str(path.resolve()) for path in tests}
    made = {name for name, module in sys.modules.items() if getattr(module, "__file__", None) in files}
    above = {name.rsplit(".", count)[0] for name in made for count in range(1, name.count(".") + 1)}
    for name in made | (above & sys.modules.keys() - before):
        del sys.modules[name]


class Way:
    """Keeps pytest on the way to the test files: from the root folder on, it would look at everything beside it."""

    def __init__(self, tests: list[Path]) -> None:
        files = [path.resolve() for path in tests]
        self.places = {place for file in files for place in (file, *file.parents)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool:
        """Whether a file or folder is beside the way."""
        return collection_path not in self.places


class Faults:
    """Takes down what went wrong in a test that is neither `Failed` nor `NotObserved`."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A crash in a check, with pytest's own account of it."""
        if report.failed:
            self.bench.faults.append(f"{report.nodeid}: {report.longreprtext}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """A Ctrl-C, which pytest keeps to itself; a file that does not import stops it in a way of its own."""
        self.bench.stopped = excinfo.type is KeyboardInterrupt

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that does not import."""
        if report.failed:
            self.bench.faults.append(f"{report.nodeid}: {report.longreprtext}")


@contextmanager
def without_surroundings() -> Iterator[None]:
    """Hide the environment's own pytest settings, and keep installed plug-ins from loading."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(before)
