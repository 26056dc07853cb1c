"""Exercise 5, beyond its corpus: odd returns, the GPU row's body, and how far the data is from any tie."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from grader.exercise import exercise
from grader.exercises.ex5 import scenarios as visible
from grader.exercises.ex5.test_visible import test_gpu as check_gpu
from grader.expected import Observe, job_for
from grader.judge import Verdict
from grader.seen import Failed, Seen
from lecture import evaluate_classifier
from solutions.ex5 import scenarios as hidden
from tests.corpus import verdicts_on

EX5 = exercise("ex5")

VALUES = (
    "None",
    "'0.5'",
    "[]",
    "{}",
    "[{}]",
    "float('nan')",
    "10**400",
    "1j",
    "object()",
    "{'mcc': None}",
    "(1, 2)",
)
ROWS = ("ex5.counts", "ex5.formula", "ex5.degenerate", "ex5.large", "ex5.evaluate", "ex5.imbalanced")
ANY = """
def any_value(*_):
    return {value}

confusion_counts = matthews_corrcoef = evaluate_classifier = compare_on_imbalanced = any_value
"""
# Its answers change between calls, so that no check may count on the first one.
FICKLE = """
calls = []

def fickle(*_):
    calls.append(0)
    if len(calls) % 50 < 48:
        raise KeyError("not yet")
    return 0.5

confusion_counts = matthews_corrcoef = evaluate_classifier = compare_on_imbalanced = fickle
"""
ODD = {value: ANY.replace("{value}", value) for value in VALUES} | {"fickle": FICKLE}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, observe: Observe) -> dict[str, list[Verdict]]:
    """The verdicts on functions that return what nobody expects, for each of `ODD`."""
    folder = tmp_path_factory.mktemp("odd")
    paths = {name: folder / f"{number}.py" for number, name in enumerate(ODD)}
    for name, path in paths.items():
        path.write_text(ODD[name], encoding="utf-8")
    verdicts = verdicts_on(EX5, list(paths.values()), observe)
    return {name: verdicts[str(path)] for name, path in paths.items()}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_fails_every_row_and_gets_no_name(name: str, odd: dict[str, list[Verdict]]) -> None:
    verdicts = {verdict.check.id: verdict for verdict in odd[name]}
    assert all(verdicts[row].status in ("failed", "error") for row in ROWS)
    assert not any(verdict.mistake for verdict in odd[name])


def test_a_forgotten_return_is_seen_for_what_it_is(odd: dict[str, list[Verdict]]) -> None:
    counts, formula = odd["None"][:2]
    assert "returned None" in counts.observed
    assert "returned None" in formula.observed


def test_the_coefficient_that_was_expected_is_a_number_in_the_message(odd: dict[str, list[Verdict]]) -> None:
    formula = odd["{}"][1]
    assert formula.observed.endswith("the MCC is 0.4780914.")


def test_the_gpu_row_on_the_cpu(observe: Observe) -> None:
    ((name, text),) = EX5.visible_scenarios()
    body = "SCENARIOS = {'body': partial(both_devices, device='cpu')}"
    (observation,) = observe([job_for(EX5, EX5.reference, ((name, f"{text}\n\n{body}"),))])
    (seen,) = observation["scenarios"].values()
    facts: dict[str, Any] = seen["facts"]
    assert facts["cpu"]["counts"] == [4, 3, 1, 2]
    assert set(facts["cpu"]["metrics"]["metrics"]) == set(visible.METRICS)
    check_gpu(Seen("gpu", {"facts": facts}, {}))
    facts["device"]["metrics"]["metrics"]["auc"] += 0.01
    with pytest.raises(Failed):
        check_gpu(Seen("gpu", {"facts": facts}, {}))


MODELS = {
    name: scenario
    for name, scenario in hidden.SCENARIOS.items()
    if isinstance(scenario, partial) and scenario.func is visible.evaluation
}


@pytest.mark.parametrize("name", MODELS)
def test_no_prediction_and_no_rank_of_a_score_hangs_by_a_thread(name: str) -> None:
    settings = {"scale": 1.0, "tilt": 0.5} | MODELS[name].keywords
    model = visible.Classifier(settings["scale"], settings["tilt"]).eval()
    with torch.no_grad():
        logits = torch.cat(
            [
                model(batch["sequence"], batch["mask"])
                for batch in visible.batches(visible.proteins(settings["seed"]))
            ]
        )
    gain = (logits[:, 1] - logits[:, 0]).numpy()
    assert np.abs(gain).min() > 0.01
    scores = torch.tensor(np.sort(gain)).sigmoid().numpy()
    assert np.diff(scores).min() > 1e-4


def test_one_model_ranks_better_than_chance_and_one_worse() -> None:
    aucs = {}
    for name, scenario in MODELS.items():
        settings = {"scale": 1.0, "tilt": 0.5} | scenario.keywords
        model = visible.Classifier(settings["scale"], settings["tilt"])
        loader = visible.batches(visible.proteins(settings["seed"]))
        aucs[name] = evaluate_classifier(model, loader, torch.device("cpu"))["auc"]
    assert aucs["trained"] > 0.9
    assert aucs["untrained"] < 0.1


def test_the_trained_model_predicts_both_classes_and_the_untrained_one_a_single_one() -> None:
    shares = {}
    for name, scenario in MODELS.items():
        settings = {"scale": 1.0, "tilt": 0.5} | scenario.keywords
        model = visible.Classifier(settings["scale"], settings["tilt"]).eval()
        with torch.no_grad():
            batches = visible.batches(visible.proteins(settings["seed"]))
            predicted = torch.cat([model(batch["sequence"], batch["mask"]).argmax(dim=1) for batch in batches])
        shares[name] = float(predicted.float().mean())
    assert 0.3 < shares["trained"] < 0.7
    assert shares["untrained"] == 0.0
