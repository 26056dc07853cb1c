"""`make luck`: one process sees what a grading would, what draws is found, and the pictures are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.exercise import Exercise, exercise
from grader.expected import Observe, job_for
from tests.luck import pictures
from tests.luck.rows import rows
from tests.luck.seeds import by_seed, drawing, draws_job, seeds_jobs
from tests.luck.thresholds import THRESHOLDS
from tests.toy import write_exercise

EX4 = exercise("ex4")
MOST = 80_000  # bytes of a picture

SCENARIOS = """
import random
import numpy as np
import torch

def steady(module):
    return {"value": module.mean_length(["A", "AC"])}

def hidden(module):
    return {"small": float(torch.rand(1)) < 2}

def reseeded(module):
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    return {"value": float(torch.rand(1)), "other": random.random()}

def half(module):
    torch.manual_seed(1)
    return {"value": float(torch.rand(1)), "small": random.random() < 2}

def derived(module):
    torch.manual_seed(torch.initial_seed() + 1)
    return {"small": float(torch.rand(1)) < 2}

def entropy(module):
    return {"value": np.random.default_rng().random()}

SCENARIOS = {f.__name__: f for f in (steady, hidden, reseeded, half, derived, entropy)}
"""


@pytest.fixture
def drawn(tmp_path: Path) -> Exercise:
    """The toy exercise with scenarios that draw in several ways."""
    write_exercise(tmp_path)
    item = Exercise("ex6", tmp_path)
    (item.room / "scenarios.py").write_text(SCENARIOS, encoding="utf-8")
    return item


def test_what_draws_is_found(drawn: Exercise, observe: Observe) -> None:
    names = ["steady", "hidden", "reseeded", "half", "derived", "entropy"]
    (seen,) = observe([draws_job(drawn, drawn.reference, names)])
    assert drawing(seen) == ({"hidden", "half", "derived", "entropy"}, {"entropy"})


def test_one_process_sees_under_each_seed_what_a_grading_sees(observe: Observe) -> None:
    job = replace(job_for(EX4, EX4.reference, EX4.all_scenarios()), only=("training", "summaries"))
    apart = [dict(seen["scenarios"]) for seen in observe([replace(job, seed=seed) for seed in range(3)])]
    seen = observe(seeds_jobs(EX4, EX4.reference, ["training"], ["summaries"], 3))
    together = [{name: facts[name] for name in job.only} for facts in by_seed(seen, ["training"], 3)]
    assert together == apart
    assert together[0] != together[1]


def test_rows_know_their_tests() -> None:
    assert {row.check.id: row.scenarios for row in rows(EX4)}["ex4.converges"] == {"training"}


@pytest.mark.parametrize("row", THRESHOLDS)
def test_each_threshold_has_its_picture(row: str) -> None:
    picture = pictures.HERE / f"{row}.png"
    assert picture.stat().st_size < MOST
    assert f"({picture.name})" in (pictures.HERE / "README.md").read_text(encoding="utf-8")
