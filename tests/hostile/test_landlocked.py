"""The same attacks where there are no namespaces: whatever they find or make, it is nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.box import limits
from grader.box.job import Observation
from grader.box.walled import WalledBox
from tests.hostile.standing import standing
from tests.hostile.test_hostile import HONEST, Attack, attacks, job

KINDS = ("reading/", "reaching/", "ending/kill", "ending/odd", "ending/daemon", "ending/fork", "ending/loop")
FLOODS = ("forks", "dead", "deep", "long", "odd", "unlinked", "locked", "first", "pieces", "spliced", "many", "wak")
NAMES = KINDS + tuple(f"flooding/{name}" for name in FLOODS)


@pytest.fixture(scope="module")
def box() -> Iterator[WalledBox]:
    """A box of this kind, impatient."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "PATIENCE", 0.1)
        with standing("landlock") as box:
            yield box


@pytest.fixture(scope="module")
def honest(box: WalledBox) -> Observation:
    """What is seen of an honest submission."""
    return box.observe(job(HONEST))


def test_it_says_that_there_are_no_namespaces(box: WalledBox) -> None:
    assert "no namespaces" in box.walls


@pytest.mark.parametrize("attack", [a for a in attacks() if a.name.startswith(NAMES)], ids=lambda a: a.name)
def test_attack(attack: Attack, box: WalledBox, honest: Observation) -> None:
    seen = box.observe(job(attack.text))
    for item in seen["scenarios"].values():
        assert item.get("facts", {"got": "nothing"}) == {"got": "nothing"}
    assert seen["scenarios"].get("first", {}).keys() <= {"facts", "error"} or attack.name.startswith("flooding/")
    assert box.observe(job(HONEST)) == honest
