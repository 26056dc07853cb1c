"""Exercise 4, beyond its corpus: odd answers, the GPU row's body, and what the watch makes of a training run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.box import open_box
from grader.exercise import exercise
from grader.exercises.ex4.test_visible import test_gpu as check_gpu
from grader.expected import Observe, job_for
from grader.judge import Verdict
from grader.seen import Failed, Seen
from tests.corpus import verdicts_on

EX4 = exercise("ex4")

ODD_VALUES = ["None", "'sgd'", "[[0.1]]", "{}", "{'sgd': None}", "{'sgd': [1], 'adam': 2, 'adamw': {}}", "object()"]
WORDS = "{n: {k: ['number'] * 3 for k in ('train_loss', 'val_loss')} for n in ('sgd', 'adam', 'adamw')}"
ODD_VALUES.append(WORDS)
INFINITE = "[right.param_groups[0].update(lr=float('inf')), right][1]"
ROWS = {
    "make_optimizer": "ex4.optimizers",
    "compare_optimizers": "ex4.histories",
    "plot_loss_curves": "ex4.plot",
    "summarize": "ex4.summary",
}
ODD_FUNCTION = """
the_right_one = {function}

def {function}(*args, **kwargs):
    right = the_right_one(*args, **kwargs)
    return {value}
"""
NAMED = [("plot_loss_curves", "None"), ("make_optimizer", INFINITE)]  # which are so
ODD = [(function, value) for function in ROWS for value in ODD_VALUES] + [("make_optimizer", INFINITE)]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, observe: Observe) -> dict[tuple[str, str], list[Verdict]]:
    """The verdicts on the reference with one of its functions returning something odd, for each of `ODD`."""
    folder = tmp_path_factory.mktemp("odd")
    paths = {case: folder / f"{number}.py" for number, case in enumerate(ODD)}
    for (function, value), path in paths.items():
        body = ODD_FUNCTION.format(function=function, value=value)
        path.write_text(EX4.reference.read_text(encoding="utf-8") + body, encoding="utf-8")
    verdicts = verdicts_on(EX4, list(paths.values()), observe)
    return {case: verdicts[str(path)] for case, path in paths.items()}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_answer_fails_its_row(case: tuple[str, str], odd: dict[tuple[str, str], list[Verdict]]) -> None:
    (verdict,) = (verdict for verdict in odd[case] if verdict.check.id == ROWS[case[0]])
    assert verdict.status == "failed"
    assert verdict.mistake is None or case in NAMED


@pytest.mark.parametrize("value", ODD_VALUES)
def test_odd_histories_cost_no_other_row(value: str, odd: dict[tuple[str, str], list[Verdict]]) -> None:
    lost = {v.check.id for v in odd["compare_optimizers", value] if v.status not in ("passed", "skipped")}
    assert lost == {"ex4.histories"}


ANSWERS = {"return None": "returned None", "return torch.optim.SGD(parameters)": "returned SGD", "1 / 0": "raised"}


@pytest.mark.parametrize("body", ANSWERS)
def test_how_an_unknown_name_was_answered_is_said(body: str, tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "answer.py"
    refusal = "    raise ValueError"
    text = EX4.reference.read_text(encoding="utf-8").replace(refusal, f"    {body}\n{refusal}")
    path.write_text(text, encoding="utf-8")
    message = verdicts_on(EX4, [path], observe)[str(path)][0].observed
    assert message.startswith(f"make_optimizer('rmsprop') {ANSWERS[body]}")


def observed(body: str) -> dict[str, Any]:
    """What the reference shows in the scenario `body`, which may use the names of all scenarios."""
    texts = EX4.all_scenarios()
    names = "\n".join(f"from {name} import *" for name, _ in texts)
    text = f"{names}\n{body}\nSCENARIOS = {{'body': body}}"
    job = job_for(EX4, EX4.reference, (*texts, ("solutions.ex4.body", text)))
    with open_box() as box:
        seen = box.observe(job)["scenarios"]["body"]
    assert "facts" in seen, seen
    facts: dict[str, Any] = seen["facts"]
    return facts


def test_the_gpu_row_on_the_cpu() -> None:
    facts = observed("body = partial(updates, device='cpu')")
    check_gpu(Seen("gpu", {"facts": facts}, {}))
    facts["device"]["adam"][0][0] += 0.01
    with pytest.raises(Failed):
        check_gpu(Seen("gpu", {"facts": facts}, {}))


WATCHED = """
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Embedding(21, 2)

    def forward(self, sequence, mask):
        if len(sequence) == 1:
            raise RuntimeError("too few")
        return (self.weights(sequence) * mask.unsqueeze(-1)).mean(1)

def body(module):
    data = proteins(5, seed=1)
    batches = list(DataLoader(data, 2, collate_fn=collate_proteins))
    model = Lazy()
    before = Lazy.forward
    with Watch(train=data, val=proteins(2, seed=9)) as watch:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for batch in batches:
            try:
                logits = model.forward(batch["sequence"], batch["mask"])
            except RuntimeError:
                continue
            torch.autograd.backward(cross_entropy(logits, batch["label"]))
            optimizer.step()
        with torch.no_grad():
            model(**{key: batches[0][key] for key in ("sequence", "mask")})
            model(batches[0]["sequence"] * 0, batches[0]["mask"])
    return {
        "proteins": [[place for _, place in one.proteins] for one in watch.passes],
        "optimizers": [one.step and class_name(one.step.optimizer) for one in watch.passes],
        "tracked": [one.tracked for one in watch.passes],
        "restored": Lazy.forward is before,
        "hooks left": len(torch.nn.modules.module._global_forward_hooks),
    }
"""


def test_the_watch_sees_direct_calls_and_survives_a_pass_that_raises() -> None:
    facts = observed(WATCHED)
    assert facts["proteins"] == [[0, 1], [2, 3], [0, 1]]
    assert facts["optimizers"] == ["SGD", "SGD", None]
    assert facts["tracked"] == [True, True, False]
    assert facts["restored"]
    assert facts["hooks left"] == 0
