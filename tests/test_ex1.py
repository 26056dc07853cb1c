"""Exercise 1, beyond its corpus: odd values, the GPU row's body, the trace, and how small the gradients are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.box import open_box
from grader.exercise import exercise
from grader.exercises.ex1.test_visible import test_gpu as check_gpu
from grader.expected import Observe, job_for
from grader.judge import Verdict
from grader.seen import Failed, Seen
from tests.corpus import verdicts_on

EX1 = exercise("ex1")

NO_NUMBERS = ["None", "'0.1'", "[[0.1]]", "{}", "float('nan')", "1j", "(right, right)", "object()"]
FUNCTIONS = {
    "forward": ("SecondaryStructureMLP.forward", "self, one_hot", "ex1.per-residue"),
    "predict_probabilities": ("predict_probabilities", "model, one_hot", "ex1.probabilities"),
    "masked_cross_entropy": ("masked_cross_entropy", "logits, labels, mask", "ex1.masked-loss"),
    "train_epoch": ("train_epoch", "model, loader, optimizer", "ex1.training"),
}
ODD_VALUE = """
the_right_one = {target}

def odd({arguments}):
    right = the_right_one({arguments})
    return {value}

{target} = odd
"""
ODD = {f"{name} {value}": (name, value) for name in FUNCTIONS for value in NO_NUMBERS}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, observe: Observe) -> dict[str, list[Verdict]]:
    """The verdicts on the reference with one of its functions returning something odd, for each of `ODD`."""
    folder = tmp_path_factory.mktemp("odd")
    paths = {case: folder / f"{number}.py" for number, case in enumerate(ODD)}
    for case, path in paths.items():
        name, value = ODD[case]
        target, arguments, _ = FUNCTIONS[name]
        body = ODD_VALUE.format(target=target, arguments=arguments, value=value)
        path.write_text(EX1.reference.read_text(encoding="utf-8") + "\n\n" + body, encoding="utf-8")
    verdicts = verdicts_on(EX1, list(paths.values()), observe)
    return {case: verdicts[str(path)] for case, path in paths.items()}


@pytest.mark.parametrize("case", ODD)
def test_what_is_no_number_fails_its_row_and_gets_no_name(case: str, odd: dict[str, list[Verdict]]) -> None:
    row = FUNCTIONS[ODD[case][0]][2]
    (verdict,) = (verdict for verdict in odd[case] if verdict.check.id == row)
    assert verdict.status == "failed"
    assert not any(verdict.mistake for verdict in odd[case])


def observed(body: str) -> dict[str, Any]:
    """What the reference shows in the scenario `body`, which may use the names of all scenarios."""
    texts = EX1.all_scenarios()
    names = "\n".join(f"from {name} import *" for name, _ in texts)
    text = f"{names}\nfrom functools import partial\n{body}\nSCENARIOS = {{'body': body}}"
    job = job_for(EX1, EX1.reference, (*texts, ("solutions.ex1.body", text)))
    with open_box() as box:
        seen = box.observe(job)["scenarios"]["body"]
    assert "facts" in seen, seen
    facts: dict[str, Any] = seen["facts"]
    return facts


STOLEN = """
import sys
def masked_cross_entropy(logits, labels, mask):
    hidden = [vars(module) for name, module in sys.modules.items() if name.startswith("solutions")]
    return next(names["right_loss"] for names in hidden if "right_loss" in names)(logits, labels, mask)
"""


def test_a_students_own_loss_is_judged_where_the_right_one_is_not_yet(tmp_path: Path) -> None:
    path = tmp_path / "stolen.py"
    path.write_text(EX1.reference.read_text(encoding="utf-8") + STOLEN, encoding="utf-8")
    with open_box() as box:
        seen = box.observe(job_for(EX1, path, EX1.all_scenarios()))["scenarios"]
    missed = {name for name, one in seen.items() if one.get("error", {}).get("type") == "StopIteration"}
    assert {"ragged", "junk", "unpadded", "lone", "all_padding", "learns"} <= missed


def test_the_gpu_row_on_the_cpu() -> None:
    facts = observed("body = partial(on_device, device='cpu')")
    check_gpu(Seen("gpu", {"facts": facts}, {}))
    facts["device"]["weights"][0][0] += 0.01
    with pytest.raises(Failed):
        check_gpu(Seen("gpu", {"facts": facts}, {}))


GRADIENTS = """
def body(module):
    model, norms = Network(SMALL), []
    for batch in epoch_batches(UNEVEN):
        model.zero_grad()
        right_loss(model(batch["one_hot"]), batch["labels"], batch["mask"]).backward()
        norms.append(sum(p.grad.square().sum() for p in model.parameters()).sqrt().item())
    return {"norms": norms}
"""


def test_clipping_at_norm_1_changes_nothing() -> None:
    assert max(observed(GRADIENTS)["norms"]) < 0.2


TRACE = """
class Probe(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        a, b, c = sizes or (20, 64, 3)
        self.one, self.two, self.three = nn.Linear(a, b), nn.Linear(b, b), nn.Linear(b, c)

    def forward(self, x):
        {forward}

class Submission:
    SecondaryStructureMLP = Probe

def body(module):
    return layers(Submission)
"""
CHAINS = {
    "both": ("return self.three(torch.relu(self.two(torch.relu(self.one(x)))))", 3, 3, [True, True]),
    "none": ("return self.three(self.two(self.one(x)))", 3, 3, [False, False]),
    "first alone": ("return self.three(self.two(torch.relu(self.one(x))))", 3, 3, [True, False]),
    "batch norm": (
        "h = nn.functional.batch_norm(self.one(x).mT, torch.zeros(24), torch.ones(24)).mT\n"
        "        return self.three(torch.relu(self.two(h)))",
        3,
        3,
        [False, True],
    ),
    "residual without activation": (
        "h = torch.relu(self.one(x))\n        return self.three(h + self.two(h))",
        3,
        3,
        [True, False],
    ),
    "used twice": (
        "return self.three(torch.relu(self.two(torch.relu(self.two(torch.relu(self.one(x)))))))",
        4,
        4,
        [True, True, True],
    ),
    "side by side": (
        "return self.three(torch.relu(self.one(x)) + torch.relu(nn.functional.linear(x, self.one.weight * 2)))",
        2,
        2,
        [True],
    ),
    "unused": ("self.two(self.one(x))\n        return self.three(torch.relu(self.one(x)))", 2, 2, [True]),
    "in place": (
        "h = self.one(x)\n        h.relu_()\n        h = self.two(h)\n"
        "        h.relu_()\n        return self.three(h)",
        3,
        3,
        [True, True],
    ),
    "gate": (
        "h = self.one(x)\n        h = self.two(h * h.sigmoid())\n        return self.three(h * h.sigmoid())",
        3,
        3,
        [True, True],
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_trace_counts_products_and_what_lies_between(name: str) -> None:
    forward, matrices, chain, nonlinear = CHAINS[name]
    facts = observed(TRACE.format(forward=forward))
    assert (facts["matrices"], facts["chain"], facts["nonlinear"]) == (matrices, chain, nonlinear)
    assert (facts["first"], facts["last"]) == ([13, 24], 7)
