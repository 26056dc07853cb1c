"""Attacks on the box, each a submission that says in its docstring what becomes of it.

    Loading: the status of its loading ("loaded" if the line is missing; "any")
    Skipped: the error of a statement that is skipped
    Seen: what the three scenarios see: facts, error, timeout, killed, any; other outcomes that are right after a |
    Got: what the function returns, as facts have it; other values that are right after a comma
    Signs: parts of what the teacher is told
    Behind: the wall that it takes to hold it; elsewhere it is left out

Every scenario calls `act(number)`; an attack returns what it has found, or "nothing". After each attack an honest
submission is observed in the same box, and must be seen as it is without the attack.
"""

from __future__ import annotations

import ast
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.box import limits, open_box
from grader.box.job import Job, Observation
from grader.box.processes import below
from grader.box.walled import WalledBox

ATTACKS = Path(__file__).parent / "attacks"
SCENARIOS = """
from functools import partial
from grader.box.facts import plain


def act(module, number):
    return {"got": plain(module.act(number))}


SCENARIOS = {name: partial(act, number=number) for number, name in enumerate(["first", "second", "third"], start=1)}
"""
HONEST = '''
"""This docstring is the neighbour's own idea."""
import os


def act(number):
    with open("neighbour.txt", "w") as file:
        file.write("the neighbour's own idea")
    return [number, sorted(os.listdir(".")), len(shared()), 0.1]


def shared():
    try:
        return os.listdir("/dev/shm")
    except PermissionError:  # behind Landlock alone, where all would have the same
        return []
'''


@dataclass(frozen=True)
class Attack:
    """A hostile submission and what it says will become of it."""

    name: str
    text: str
    says: dict[str, str]

    def outcomes(self) -> list[list[str]]:
        """What the scenarios may see, by scenario."""
        return [one.split() for one in self.says.get("Seen", "facts facts facts").split("|")]

    def got(self) -> list[object]:
        """What the function may return."""
        return [value(one) for one in alternatives(self.says.get("Got", "nothing"))]


def attacks() -> list[Attack]:
    """All of them."""
    found = []
    for path in sorted(ATTACKS.glob("*/*.py")):
        text = path.read_text(encoding="utf-8")
        lines = (ast.get_docstring(ast.parse(text)) or "").splitlines()
        says = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        found.append(Attack(f"{path.parent.name}/{path.stem}", text, says))
    return found


def alternatives(text: str) -> list[str]:
    """Values with a comma between them; a list is one value."""
    return [text] if text.startswith("[") else text.split(", ")


def value(text: str) -> object:
    """A value as JSON, or else as text."""
    return json.loads(text) if text.startswith("[") else text


def job(text: str) -> Job:
    """A submission of this text to the exercise of this file."""
    return Job("ex0", "hostile", ("act",), True, (text,), (("grader.exercises.ex0.scenarios", SCENARIOS),))


@pytest.fixture(scope="module")
def box() -> Iterator[WalledBox]:
    """A walled box whose limits of time are short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "PATIENCE", 0.1)
        patch.setenv("TEACHERS_TOKEN", "secret")
        with open_box() as box, socket.socket(socket.AF_UNIX) as outside:
            if not isinstance(box, WalledBox):
                pytest.skip("bubblewrap is not installed, or may not make namespaces here")
            outside.bind("\0the-grader-outside")
            outside.listen()
            yield box


@pytest.fixture(scope="module")
def honest(box: WalledBox) -> Observation:
    """What is seen of an honest submission."""
    return box.observe(job(HONEST))


def processes(box: WalledBox) -> set[int]:
    """The processes of a box: bubblewrap's, the warm one and whatever they started."""
    return {*below(box.process.pid)}


def kind(seen: object) -> str:
    """Which of the outcomes a scenario saw."""
    assert isinstance(seen, dict)
    return str(next(iter(seen)))


def test_the_honest_one_is_seen(honest: Observation) -> None:
    assert honest["scenarios"]["second"] == {"facts": {"got": [2, ["hostile.py", "neighbour.txt"], 0, 0.1]}}
    assert honest["signs"] == []


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)
def test_attack(attack: Attack, box: WalledBox, honest: Observation) -> None:
    if attack.says.get("Behind", "") not in box.walls:
        pytest.skip(f"{attack.says['Behind']} does not stand here")
    before = processes(box)
    seen = box.observe(job(attack.text))
    check_loading(attack, seen)
    check_scenarios(attack, seen)
    for sign in attack.says.get("Signs", "").split(", "):
        assert sign in "\n".join(seen["signs"]), seen["signs"]
    assert len(seen["printed"]) <= limits.PRINTED
    assert processes(box) == before
    assert box.observe(job(HONEST)) == honest


def check_loading(attack: Attack, seen: Observation) -> None:
    """Hold an attack to what it says of its loading."""
    assert attack.says.get("Loading", "loaded") in ("any", seen["loading"]["status"]), seen["loading"]
    skipped = {item["error"] for item in seen["loading"]["skipped"]}
    assert attack.says.get("Skipped") in (None, *skipped)


def check_scenarios(attack: Attack, seen: Observation) -> None:
    """Hold an attack to what it says of its scenarios."""
    scenarios = seen["scenarios"]
    if seen["loading"]["status"] != "loaded":
        assert scenarios == {}
        return
    assert list(scenarios) == ["first", "second", "third"]
    kinds = [kind(item) for item in scenarios.values()]
    assert any(
        all(want in ("any", one) for want, one in zip(wanted, kinds, strict=True)) for wanted in attack.outcomes()
    ), scenarios
    for want, item in zip(attack.outcomes()[0], scenarios.values(), strict=True):
        if "facts" in item and want != "any" and attack.got() != ["deep"]:
            assert item["facts"]["got"] in attack.got()


def test_there_are_enough() -> None:
    assert len(attacks()) >= 40
    assert os.name == "posix"
