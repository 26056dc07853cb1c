"""Facts against facts: when two are the same, how far apart they are, and how a message shows them."""

from __future__ import annotations

import math

import pytest

from grader.seen import Fact, Failed, NotObserved, Seen, Spelled, close, gap, shown


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        (1.0, 1.00001),
        (1, 1.0),
        ([1.0, [2.0]], [1.0, [2.0]]),
        ({"a": 1.0}, {"a": 1.0}),
        ("nan", "nan"),
        (None, None),
        ([], []),
        (True, True),
    ],
)
def test_same_facts_are_close(seen: object, want: object) -> None:
    assert close(seen, want)


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        (1.0, 1.001),
        (None, 0.0),
        (None, {}),
        (True, 1),
        (0, False),
        ("nan", 0.0),
        ("1.0", 1.0),
        ([1.0], [1.0, 2.0]),
        ({"a": 1.0}, {"b": 1.0}),
        ([1.0], {"0": 1.0}),
        ("<Anything>", 3.0),
    ],
)
def test_different_facts_are_not(seen: object, want: object) -> None:
    assert not close(seen, want)


def test_gap_is_the_largest_difference() -> None:
    assert gap([1.0, [2.0, 3.5]], [1.0, [2.5, 3.0]]) == 0.5
    assert gap([1.0], [1.0, 2.0]) == math.inf
    assert gap({"a": 1.0}, {"a": 1.25}) == 0.25
    assert gap(None, 1.0) == math.inf


def test_messages_show_short_numbers() -> None:
    assert shown(0.123456) == "0.1235"
    assert shown(2.0) == "2"
    assert shown([1.0] * 9) == "[1, 1, 1, 1, 1, 1, ...]"
    assert shown(None) == "None"
    assert shown({"mcc": 0.123456, "accuracy": 1.0}) == "{mcc: 0.1235, accuracy: 1}"
    assert shown("x" * 41) == "x" * 40 + "..."
    assert shown(["0.012", "nan"]) == "[the text '0.012', nan]"
    assert shown(Spelled("0.0123456")) == "0.0123456"


def test_same_fails_with_numbers_and_the_fact_as_symptom() -> None:
    seen = Seen("sgd", {"facts": {"steps": 8}}, {"steps": 2})
    with pytest.raises(Failed) as failure:
        seen.same("steps", "{seen} updates; {want} were expected.")
    assert failure.value.message == "8 updates; 2 were expected."
    assert failure.value.symptom == ("sgd", "steps", 8)


def test_a_symptom_may_be_normalised() -> None:
    seen = Seen("gradient", {"facts": {"size": 4.0}}, {"size": 1.0})
    with pytest.raises(Failed) as failure:
        seen.same("size", "{seen}", symptom=lambda seen, want: round(seen / want, 2))
    assert failure.value.symptom == ("gradient", "size", 4.0)


def test_a_fact_that_is_not_there_is_none() -> None:
    assert Seen("sgd", {"facts": {}}, {"steps": 2})["steps"] is None


def test_facts_of_a_scenario_that_ended_otherwise_are_not_observed() -> None:
    seen = Seen("sgd", {"timeout": 20.0}, {"steps": 2})
    with pytest.raises(NotObserved):
        seen.same("steps", "never shown")


def test_what_is_long_is_cut_however_it_is_nested() -> None:
    nested: Fact = -1.234e-100
    for _ in range(6):
        nested = [nested] * 6
    assert shown(nested).startswith("[[[[[[-1.234e-100, -1.234e-100,")
    assert len(shown(nested)) < 1010
    assert shown({"a" * 300: 1}) == "{" + "a" * 40 + "...: 1}"
