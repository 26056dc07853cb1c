"""Exercise 2, beyond its corpus: values that are no rates, the GPU row's body, and how small the gradients are."""

from __future__ import annotations

from typing import Any

import pytest

from grader.box import open_box
from grader.exercise import exercise
from grader.exercises.ex2.test_visible import test_gpu as check_gpu
from grader.expected import Observe, job_for
from grader.judge import Verdict
from grader.seen import Failed, Seen
from tests.corpus import verdicts_on

EX2 = exercise("ex2")

NO_RATES = ["None", "'0.1'", "float('nan')", "10**400", "torch.ones(2)"]
NO_LISTS = ["None", "iter(rates)", "rates[:-1]", "[None] * len(rates)"]
NO_SCHEDULERS = ["None", "(optimizer, scheduler)", "'a scheduler'"]

ANY_RATE = """
def warmup_lr(*_):
    return {value}
"""
ANY_LIST = """
right_loop = train_with_warmup

def train_with_warmup(*settings):
    rates = right_loop(*settings)
    return {value}
"""
ANY_SCHEDULER = """
right_scheduler = make_warmup_scheduler

def make_warmup_scheduler(optimizer, *settings):
    scheduler = right_scheduler(optimizer, *settings)
    return {value}
"""
SETS_ANY_RATE = """
class Odd:
    def __init__(self, optimizer):
        self.optimizer = optimizer

    def step(self):
        self.optimizer.param_groups[0]["lr"] = {value}

def make_warmup_scheduler(optimizer, *_):
    return Odd(optimizer)
"""
ODD = {
    f"{name} {value}": program.replace("{value}", value)
    for name, program, values in (
        ("warmup_lr", ANY_RATE, NO_RATES),
        ("returned", ANY_LIST, NO_LISTS),
        ("scheduler", ANY_SCHEDULER, NO_SCHEDULERS),
        ("lr", SETS_ANY_RATE, NO_RATES[:3]),
    )
    for value in values
}
FAILS = {"warmup_lr": "ex2.endpoints", "returned": "ex2.loop", "scheduler": "ex2.scheduler", "lr": "ex2.scheduler"}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, observe: Observe) -> dict[str, list[Verdict]]:
    """The verdicts on the reference with one of its functions replaced, for each of `ODD`."""
    folder = tmp_path_factory.mktemp("odd")
    paths = {name: folder / f"{number}.py" for number, name in enumerate(ODD)}
    for name, path in paths.items():
        path.write_text(f"{EX2.reference.read_text(encoding='utf-8')}\n{ODD[name]}", encoding="utf-8")
    verdicts = verdicts_on(EX2, list(paths.values()), observe)
    return {name: verdicts[str(path)] for name, path in paths.items()}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_rate_fails_its_row_and_gets_no_name(name: str, odd: dict[str, list[Verdict]]) -> None:
    row = FAILS[name.partition(" ")[0]]
    verdict = next(verdict for verdict in odd[name] if verdict.check.id == row)
    assert verdict.status in ("failed", "error")
    names = {verdict.mistake.id for verdict in odd[name] if verdict.mistake}
    assert names <= {"ex2.negative-warmup"}  # which is so: these functions take whatever they are given


@pytest.mark.parametrize("value", NO_SCHEDULERS)
def test_a_forgotten_return_is_seen_for_what_it_is(value: str, odd: dict[str, list[Verdict]]) -> None:
    verdict = next(verdict for verdict in odd[f"scheduler {value}"] if verdict.check.id == "ex2.scheduler")
    assert verdict.status == "failed"
    assert "An object with a `step()` was expected." in verdict.observed


def observed(body: str) -> dict[str, Any]:
    """What the reference shows in the scenario `body`, which may use the names of the visible scenarios."""
    ((name, text),) = EX2.visible_scenarios()
    job = job_for(EX2, EX2.reference, ((name, f"{text}\n\n{body}"),))
    with open_box() as box:
        (seen,) = box.observe(job)["scenarios"].values()
    facts: dict[str, Any] = seen["facts"]
    return facts


def test_the_gpu_row_on_the_cpu() -> None:
    facts = observed("SCENARIOS = {'body': partial(on_device, device='cpu')}")
    assert len(facts["device"]["returned"]) == 10
    check_gpu(Seen("gpu", {"facts": facts}, {}))
    facts["device"]["weights"][0][0][0] += 0.01
    with pytest.raises(Failed):
        check_gpu(Seen("gpu", {"facts": facts}, {}))


NORMS = """
from types import SimpleNamespace

def norms(module):
    seen = []
    def train_with_warmup(model, loader, criterion, optimizer, *settings):
        def note(*_):
            seen.append(float(nn.utils.clip_grad_norm_(model.parameters(), 1e9)))
        optimizer.register_step_pre_hook(note)
        return module.train_with_warmup(model, loader, criterion, optimizer, *settings)
    trained(SimpleNamespace(train_with_warmup=train_with_warmup), (3, WARMUP, START))
    return {"norms": seen}

SCENARIOS = {"norms": norms}
"""


def test_clipping_as_in_the_note_changes_nothing() -> None:
    norms = observed(NORMS)["norms"]
    assert len(norms) == 15
    assert 0.05 < max(norms) < 0.2
