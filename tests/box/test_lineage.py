"""Memory keeps links to processes that have gone, and nobody tells of those, nor in time of what is shared."""

from __future__ import annotations

import pytest

from grader.box import limits, lineage
from grader.box.lineage import Lineage
from grader.box.processes import Share


def looks(monkeypatch: pytest.MonkeyPatch, line: Lineage, parents: dict[int, int], born: int) -> dict[int, int]:
    """What a look tells of processes with these parents, the first one's outside."""
    monkeypatch.setattr(lineage, "origin", lambda pid: (parents[pid], 0))
    return dict(line.look(sorted(parents), born))


def test_a_child_came_by_one_fork_more_than_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Lineage(10, 10)
    first = {10: 9, 12: 10, 15: 12, 14: 15}
    assert looks(monkeypatch, line, first, 15) == {10: 0, 12: 5, 15: 6, 14: 7}
    assert looks(monkeypatch, line, {10: 9, 12: 10, 14: 12, 16: 12}, 16) == {10: 0, 12: 5, 14: 7, 16: 6}


def test_who_was_adopted_may_have_come_by_way_of_all_that_were_born(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Lineage(10, 10)
    looks(monkeypatch, line, {10: 9, 11: 10}, 13)
    assert looks(monkeypatch, line, {10: 9, 11: 10, 90: 10, 91: 90}, 113) == {10: 0, 11: 3, 90: 103, 91: 104}
    assert looks(monkeypatch, line, {10: 9, 11: 10, 95: 11}, 123) == {10: 0, 11: 3, 95: 4}
    assert looks(monkeypatch, line, {10: 9, 96: 10}, 124) == {10: 0, 96: 5}  # nobody is left who came further


def test_what_processes_came_with_is_not_what_they_have_grown_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may have it, too; and who gives some of it back has grown by what it has had since."""
    line = Lineage(10, 10)
    for held, grown in [
        ({10: 500}, 0),
        ({10: 600, 11: 580}, 100),
        ({10: 600, 11: 680}, 200),
        ({10: 400, 11: 680}, 100),
        ({10: 450, 11: 680}, 150),
        ({10: 450, 12: 900}, 50),
    ]:
        monkeypatch.setattr(lineage, "own", held.__getitem__)
        assert line.at_least(sorted(held)) == grown


def test_what_one_held_before_the_other_did_is_not_held_by_both(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Lineage(10, 10)
    told = iter([100, 100, 100, 100, 900, 100, 100, 900, 0, 700, 0, 700])
    monkeypatch.setattr(lineage, "own", lambda _: next(told))
    assert [line.at_least([10, 11]) for _ in range(3)] == [0, 0, 600]


def test_what_processes_came_with_is_known_once_shares_were_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that came with 500 alone, and went on after its parent, has not grown, and holds them."""
    line = Lineage(10, 10)
    has = {10: 100, 11: 500}
    monkeypatch.setattr(lineage, "own", lambda pid: has[pid])
    monkeypatch.setattr(lineage, "whole", lambda pid: has[pid] + 50)
    monkeypatch.setattr(lineage, "share", {10: Share(70, 60, 100), 11: Share(480, 460, 500)}.__getitem__)
    assert line.at_least([10, 11]) == 0
    assert line.memory([10, 11], 700) == 700  # it does not matter for this limit
    assert line.at_least([10, 11]) == 0
    assert line.memory([10, 11], 699) == 550
    assert line.at_least([10, 11]) == 520
    has |= {11: 800, 12: 30}
    assert line.at_least([10, 11, 12]) == 820
    has |= {10: 20, 11: 700, 12: 90}
    assert line.at_least([10, 11, 12]) == 720  # what one gave back may have been all of its part
    assert line.at_least([10, 12]) == 60


def test_numbers_begin_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage, "numbers", lambda: 1000)
    assert looks(monkeypatch, Lineage(990, 990), {990: 9, 305: 990}, 305) == {990: 0, 305: 315}


def test_where_births_are_not_counted_each_who_is_adopted_tells_of_as_many_as_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line, most = Lineage(10, 0), limits.PROCESSES
    assert looks(monkeypatch, line, {10: 9, 11: 10, 12: 11}, 0) == {10: 0, 11: most, 12: most + 1}
    seen = looks(monkeypatch, line, {10: 9, 11: 10, 12: 11, 13: 10, 14: 10}, 0)
    assert seen == {10: 0, 11: most, 12: most + 1, 13: 3 * most + 1, 14: 3 * most + 1}
