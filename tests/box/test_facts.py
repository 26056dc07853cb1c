"""What goes into the box and what comes out, as values that any transport can carry: a job, and facts."""

from __future__ import annotations

import json
from array import array
from enum import Enum

import numpy as np
import pytest
import torch

from grader.box.facts import TooMuchError, facts, plain
from grader.box.job import Job
from tests.box.runs import JOB


class Name(str, Enum):  # noqa: UP042  (StrEnum says its value anyway)
    """A name that is a string and, as text, is its own class's."""

    SGD = "sgd"


def test_a_job_survives_its_journey() -> None:
    assert Job.from_json(JOB.to_json()) == JOB


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (None, None),
        (True, True),
        (np.bool_(True), True),
        (np.int64(3), 3),
        (torch.tensor(2), 2),
        (torch.eye(2), [[1.0, 0.0], [0.0, 1.0]]),
        (torch.ones(2).to_sparse(), [1.0, 1.0]),
        (np.array(["A", "C"]), ["A", "C"]),
        (2**60, 1.15292150461e18),
        (10**400, "inf"),
        (float("nan"), "nan"),
        (1 / 3, 0.333333333333),
        ({1: (2, [3])}, {"1": [2, [3]]}),
        (1j, "<complex>"),
        (np.longdouble(2) / 3, 0.666666666667),
        (np.array([0.5], dtype=np.longdouble), [0.5]),
        (np.clongdouble(1), "<complex>"),
        (array("d", [0.5]), [0.5]),
        ({Name.SGD: 1}, {"sgd": 1}),
        (object(), "<object>"),
        ("x" * 400, "x" * 300),
    ],
)
def test_plain(value: object, fact: object) -> None:
    assert plain(value) == fact
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == fact


def test_what_has_no_end_is_given_up() -> None:
    cycle: list[object] = []
    cycle += [cycle] * 3
    for value in (cycle, [0.0] * 200_000, torch.zeros(1).expand(10**9), np.broadcast_to(0.0, (10**6, 10**6))):
        with pytest.raises(TooMuchError):
            facts({"value": plain(value)})
