"""What nbgrader hears where a student has no result."""

from __future__ import annotations

import pytest

from grader.exercise import Exercise
from grader.hub.grading import Graded, GradingError


def test_a_reason_is_no_command_for_a_terminal(toy: Exercise) -> None:
    with pytest.raises(GradingError) as raised:
        Graded(toy, {}, {"ada": "it said \x1b]0;done\x07\nand no more"}).result("ada")
    assert str(raised.value) == "ex6 of ada was not graded: it said \\x1b]0;done\\x07\nand no more"
