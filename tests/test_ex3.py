"""Exercise 3, beyond its corpus: odd return values, a disturbed observer, the GPU row, how small gradients are."""

from __future__ import annotations

from typing import Any

import pytest

from grader.box import open_box
from grader.exercise import exercise
from grader.exercises.ex3.test_visible import test_gpu as check_gpu
from grader.expected import Observe, job_for
from grader.judge import Verdict
from grader.seen import Failed, Seen
from tests.corpus import verdicts_on

EX3 = exercise("ex3")

# Programs around the reference: each row of `LOSES` belongs to all of its group.
AROUND = """
right = train_epoch_accumulated

def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    {before}
    loss = right(model, loader, criterion, optimizer, accumulation_steps)
    {after}
"""
NO_LOSSES = [
    "None",
    "[loss]",
    "str(loss)",
    "(loss, 1)",
    "torch.full((1,), loss)",
    "{'loss': loss}",
    "object()",
    "1j",
]
NO_LOSSES += ["float('nan')", "float('inf')", "10**400", "True", "iter([loss])"]
LOSSES = ["torch.tensor(loss)", "torch.tensor(loss, requires_grad=True)", "torch.tensor(loss).numpy()", "loss + 0"]
DISTURBED = [
    "model.events = None",
    "model.events.append(7)",
    "model.events.clear()",
    "model.sizes.append('many')",
    "model.sizes.clear()",
    "model.inner = None",
    "next(model.parameters()).data = torch.zeros(3)",
    "next(model.parameters()).data.fill_(float('nan'))",
    "next(model.parameters()).data = next(model.parameters()).data.to(torch.complex64)",
    "raise SystemExit",
    "raise KeyboardInterrupt",
]


def programs() -> dict[str, str]:
    """The programs by what they do."""
    text = {f"returns {value}": AROUND.format(before="", after=f"return {value}") for value in NO_LOSSES + LOSSES}
    text |= {f"before: {line}": AROUND.format(before=line, after="return loss") for line in DISTURBED}
    text |= {f"after: {line}": AROUND.format(before="", after=f"{line}\n    return loss") for line in DISTURBED}
    return text


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory, observe: Observe) -> dict[str, dict[str, Verdict]]:
    """The verdicts on each program, by row."""
    folder = tmp_path_factory.mktemp("odd")
    paths = {name: folder / f"{number}.py" for number, name in enumerate(programs())}
    for name, path in paths.items():
        path.write_text(EX3.reference.read_text(encoding="utf-8") + programs()[name], encoding="utf-8")
    found = verdicts_on(EX3, list(paths.values()), observe)
    return {name: {v.check.id: v for v in found[str(path)]} for name, path in paths.items()}


def lost(rows: dict[str, Verdict]) -> set[str]:
    """The rows that were not passed."""
    return {row for row, verdict in rows.items() if verdict.status not in ("passed", "skipped")}


@pytest.mark.parametrize("value", NO_LOSSES)
def test_what_is_no_loss_costs_the_row_of_the_loss_alone(
    value: str, verdicts: dict[str, dict[str, Verdict]]
) -> None:
    rows = verdicts[f"returns {value}"]
    assert lost(rows) == {"ex3.loss"}
    assert rows["ex3.loss"].status == "failed"
    assert rows["ex3.loss"].mistake is None


@pytest.mark.parametrize("value", LOSSES)
def test_any_number_is_a_loss(value: str, verdicts: dict[str, dict[str, Verdict]]) -> None:
    assert lost(verdicts[f"returns {value}"]) == set()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("line", DISTURBED)
def test_a_disturbed_observer_is_no_fault_of_ours(
    line: str, when: str, verdicts: dict[str, dict[str, Verdict]]
) -> None:
    rows = verdicts[f"{when}: {line}"]
    assert len(rows) == len(EX3.checks)
    assert not any(verdict.mistake for verdict in rows.values())


def observed(body: str) -> dict[str, Any]:
    """What the reference shows in the scenarios that `body` leaves, after the visible and the hidden ones."""
    scenarios = (*EX3.all_scenarios(), ("solutions.ex3.more", body))
    job = job_for(EX3, EX3.reference, scenarios)
    with open_box() as box:
        return {name: seen.get("facts") for name, seen in box.observe(job)["scenarios"].items()}


def test_the_gpu_row_on_the_cpu() -> None:
    body = """
from functools import partial
from grader.exercises.ex3.scenarios import two_devices
SCENARIOS = {"body": partial(two_devices, device="cpu")}
"""
    facts = observed(body)["body"]
    assert len(facts["device"]) == 20
    check_gpu(Seen("gpu", {"facts": facts}, {}))
    facts["device"][0] += 0.01
    with pytest.raises(Failed):
        check_gpu(Seen("gpu", {"facts": facts}, {}))


NORMS = """
from types import SimpleNamespace
import torch
from grader.exercises.ex3.scenarios import SCENARIOS as VISIBLE
from solutions.ex3.scenarios import SCENARIOS as HIDDEN

def norms(scenario, module):
    seen = []
    def train_epoch_accumulated(model, loader, criterion, optimizer, *steps):
        def note(*_):
            gradient = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
            seen.append([gradient.norm().item(), gradient[gradient != 0].abs().min().item()])
        optimizer.register_step_pre_hook(note)
        return module.train_epoch_accumulated(model, loader, criterion, optimizer, *steps)
    scenario(SimpleNamespace(train_epoch_accumulated=train_epoch_accumulated))
    return {"seen": seen}

def watched(scenario):
    return lambda module: norms(scenario, module)

ALL = VISIBLE | HIDDEN
SCENARIOS = {"norms_" + name: watched(scenario) for name, scenario in ALL.items() if name not in ("gpu", "refused")}
"""


def test_clipping_as_in_the_note_changes_nothing_and_adam_sees_no_tiny_gradient() -> None:
    seen = {name: facts["seen"] for name, facts in observed(NORMS).items() if name.startswith("norms_")}
    assert len(seen) == 14
    for name, updates in seen.items():
        if name != "norms_resting":  # its rate is 0: no gradient changes anything
            assert 0.01 < max(norm for norm, _ in updates) < 0.2, name
    assert min(least for _, least in seen["norms_adam"]) > 1e-3
