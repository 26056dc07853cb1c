"""An account takes of a run each scenario once and in turn, in our own words, and its signs."""

from __future__ import annotations

import json

import pytest

from grader.box import limits
from grader.box.account import STRANGE, Account
from grader.box.job import TOO_MUCH
from tests.box.runs import JOB, LOADED, saw, told


def test_what_a_result_quotes_is_in_our_own_words() -> None:
    secret = "a hidden input"
    error = {"type": "AttributeError", "library": "", "text": "", "line": 7312, "undefined": secret}
    known = told(LOADED, saw("first", error=error), saw("second", error=error | {"line": 1, "undefined": "f"}))
    assert known.seen["first"]["error"] | {"line": None, "undefined": None} == known.seen["first"]["error"]
    assert (known.seen["second"]["error"]["line"], known.seen["second"]["error"]["undefined"]) == (1, "f")
    late = told(LOADED, saw("first", timeout=7312.0))
    assert late.seen["first"] == {"timeout": limits.SCENARIO_SECONDS}


def test_an_account_takes_each_scenario_once_and_in_turn() -> None:
    account = told(LOADED, saw("first", facts={"a": 1}), saw("first", facts={"a": 2}), saw("second", timeout=20.0))
    assert account.seen == {"first": {"facts": {"a": 1}}, "second": {"timeout": limits.SCENARIO_SECONDS}}
    assert account.signs == [STRANGE]


def test_nothing_is_told_of_a_scenario_whose_text_the_run_was_not_handed() -> None:
    account = Account(JOB)
    account.know([["first"], ["second"]])
    account.begin(held=1)
    for line in (LOADED, saw("first", facts={}), saw("second", facts={"forged": 1})):
        account.take(json.dumps(line).encode())
    assert (list(account.seen), account.signs) == (["first"], [STRANGE])
    account.take(b'{"ended": {"timeout": 1.0, "facts": {"forged": 1}}}')
    account.take(b'{"done": true}')
    account.take(b'{"ended": {"killed": "signal 11"}}')  # as it waited for the next text
    assert list(account.seen) == ["first"]
    assert account.hand_on() == 1
    account.take(json.dumps(saw("second", facts={})).encode())
    assert account.seen["second"] == {"facts": {}}


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\x00",
        b"[" * 100_000,
        b'{"scenario": "first", "seen": {"facts": {"a": NaN}}}',
        b'{"scenario": "first", "seen": {"facts": {"a": 1e999}}}',
        saw("first", facts={"a": [10**400]}),
        b'{"scenario": "first", "seen": {"facts": [1]}}',
        saw("second", facts={}),
        saw("gpu", skipped="no"),
        saw("first", skipped="no need"),
        saw("first", error={"type": "E"}),
        saw("first", points=20),
        {"ended": {}},
        {"ended": {"facts": {"forged": 1}}},
        {"ended": {"error": {"type": "E"}}},
        {"ended": {"skipped": "no need"}},
        {"scenarios": ["other"]},
        LOADED,
        "passed",
        None,
    ],
)
def test_an_account_is_not_taken_in(line: object) -> None:
    account = told(LOADED, line)
    assert account.seen == {}
    assert account.signs == [STRANGE]
    assert account.rest == ("first", "second")


def test_an_end_is_the_scenarios_whose_turn_it_was() -> None:
    ended = {"ended": {"killed": "signal 9"}}
    assert told(LOADED, saw("first", facts={}), ended).seen == {"first": {"facts": {}}, "second": ended["ended"]}
    over = told(LOADED, saw("first", facts={}), saw("second", facts={}), ended, {"done": True}, ended)
    assert list(over.seen) == ["first", "second"]
    assert over.signs == []


def test_facts_of_a_run_are_cut_and_shallow() -> None:
    deep: object = 1
    for _ in range(20):
        deep = [deep]
    account = told(LOADED, saw("first", facts={"a": "x" * 999}), saw("second", facts={"a": deep}))
    assert account.seen == {"first": {"facts": {"a": "x" * 300}}}
    assert account.signs == [STRANGE]


def test_facts_that_fill_the_graders_memory_are_too_many() -> None:
    large, small = [[]] * (limits.ITEMS // 2), {"a": 1}
    account = told(LOADED, saw("first", facts={"a": [large, large]}), saw("second", facts=small))
    assert account.seen == {"first": {"killed": TOO_MUCH}, "second": {"facts": small}}
    account = told(LOADED, saw("first", facts={"a": large}), saw("second", facts={"a": large}))
    assert (list(account.seen["first"]), account.seen["second"]) == (["facts"], {"killed": TOO_MUCH})
    texts = {f"{number:300}": "x" * 300 for number in range(limits.ITEMS // 50)}
    assert told(LOADED, saw("first", facts=texts)).seen == {"first": {"killed": TOO_MUCH}}


def test_a_run_that_is_over_is_handed_no_more() -> None:
    """It ends after a scenario that takes too long, where it has threads: the next text is another run's."""
    for last, due in (({"done": True}, True), ({"done": True, "over": True}, False)):
        account = Account(JOB)
        account.know([["a"], ["b"]])
        account.begin(1)
        for record in (LOADED, {"scenario": "a", "seen": {"timeout": 1.0}}, last):
            account.take(json.dumps(record).encode())
        assert account.due() is due
        assert account.rest == ("b",)


def test_only_the_first_line_of_a_run_tells_signs() -> None:
    account = told({"signs": ["a", "b"]}, {"signs": [str(number) for number in range(1000)]})
    assert account.signs == ["a", "b", STRANGE]
    assert len(told({"signs": [str(number) for number in range(1000)]}).signs) == limits.SIGNS


def test_an_end_before_the_loading_is_the_loadings() -> None:
    for how, status in (({"timeout": 1.0}, "timeout"), ({"killed": "out of memory"}, "out-of-memory")):
        account = told()
        account.stopped(how)  # type: ignore[arg-type]
        assert account.loading is not None
        assert account.loading["status"] == status


def test_strange_modules_are_told_of_at_once_and_no_more_than_a_teacher_reads() -> None:
    account = told({"begun": True}, *({"strangers": [f"m{number}"]} for number in range(limits.SIGNS + 5)), LOADED)
    assert account.signs[0] == "m0 was imported, and no text that was looked through names it"
    assert STRANGE not in account.signs
    assert len(account.signs) == limits.SIGNS


def test_a_text_that_is_through_tells_names_once() -> None:
    account = told(LOADED, {"done": True, "replaced": ["torch.ones"]}, {"done": True, "replaced": ["torch.zeros"]})
    assert account.signs == ["torch.ones was replaced as the submission ran"]
    account.hand_on()
    account.take(b'{"done": true, "replaced": ["torch.zeros"]}')
    assert account.signs[1:] == ["torch.zeros was replaced as the submission ran"]


def test_a_name_that_was_replaced_is_told_once() -> None:
    names = ["torch.cat", "torch.relu", "torch.relu", "no name", "x" * 999]
    account = told(LOADED | {"replaced": names}, saw("first", facts={}) | {"replaced": names})
    assert account.signs[0] == "torch.cat was replaced as the submission ran"
    assert account.signs[1:] == [
        "torch.relu was replaced as the submission ran",
        "what has no word for a name was replaced as the submission ran",
        f"{'x' * 300} was replaced as the submission ran",
    ]
    named = told()
    named.suspect("line 4: torch.cat is replaced")
    named.take(json.dumps(LOADED | {"replaced": ["torch.cat"]}).encode())
    assert named.signs == ["line 4: torch.cat is replaced"]


@pytest.mark.parametrize(
    "sign",
    [
        "line 4: sklearn.grader.box.facts.facts uses the library's own function",
        "line 4: grader.box.facts.facts is imported",
        "line 4: grader.box.facts.facts.__code__ is replaced",
    ],
)
def test_a_sign_of_something_else_hides_nothing_that_was_replaced(sign: str) -> None:
    account = told()
    account.suspect(sign)
    account.take(json.dumps(LOADED | {"replaced": ["grader.box.facts.facts"]}).encode())
    assert account.signs == [sign, "grader.box.facts.facts was replaced as the submission ran"]


def test_a_module_that_was_not_handed_in_is_told_once() -> None:
    names = ["helper", "helper", "step-one"]
    account = told(LOADED | {"strangers": names}, saw("first", facts={}) | {"strangers": names})
    assert account.signs == [
        "helper was imported, and no text that was looked through names it",
        "what has no word for a name was imported, and no text that was looked through names it",
    ]
