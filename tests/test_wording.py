"""What a verdict says: everything at home, fixed words where hidden inputs were near."""

from __future__ import annotations

import pytest

from grader.exercise import Check
from grader.judge import Verdict
from grader.mistakes import Mistake
from grader.wording import hint, in_full, known_error, published

VISIBLE = Check("ex3.steps", 3, True, "one step for each effective batch", "Reread the sheet.")
HIDDEN = Check("ex3.loss", 2, False, "the returned mean", "Reread the sheet.")
NAMED = Mistake("never-zero-grad", "ex3", "Gradients pile up.", "Reread the part on clearing.")
SECRET = "x = 0.7312"


def raised(kind: str, line: int | None = 12, undefined: str | None = None) -> dict[str, object]:
    """A scenario that an exception ended, with a hidden input in the exception's text."""
    return {"error": {"type": kind, "text": SECRET, "line": line, "undefined": undefined}}


def test_a_visible_failure_shows_numbers_and_the_mistake() -> None:
    verdict = Verdict(VISIBLE, "failed", observed="8 updates; 2 were expected.", mistake=NAMED)
    assert published(verdict) == in_full(verdict) == "8 updates; 2 were expected. Gradients pile up."
    assert hint(verdict) == "Reread the part on clearing."


def test_a_hidden_failure_shows_the_mistake_alone() -> None:
    verdict = Verdict(HIDDEN, "failed", observed=f"The loss is {SECRET}.", mistake=NAMED)
    assert published(verdict) == "Gradients pile up."


def test_a_hidden_failure_without_a_name_says_what_the_check_is_about() -> None:
    verdict = Verdict(HIDDEN, "failed", observed=f"The loss is {SECRET}.")
    assert published(verdict) == "This hidden check did not pass. It looks at this: the returned mean."
    assert hint(verdict) == "Reread the sheet."


@pytest.mark.parametrize("check", [VISIBLE, HIDDEN])
@pytest.mark.parametrize("kind", ["ValueError", SECRET])
def test_an_exceptions_text_and_a_strange_class_are_never_published(check: Check, kind: str) -> None:
    assert SECRET not in published(Verdict(check, "error", absence=raised(kind)))


def test_an_exceptions_text_is_shown_at_home() -> None:
    verdict = Verdict(VISIBLE, "error", absence=raised("ValueError"))
    assert in_full(verdict) == f"Your code stopped with ValueError in line 12: {SECRET}"


def test_a_hidden_error_does_not_tell_its_line() -> None:
    assert "12" not in published(Verdict(HIDDEN, "error", absence=raised("ValueError")))


def test_a_missing_function_and_an_unwritten_one_are_said_plainly() -> None:
    missing = Verdict(VISIBLE, "error", absence=raised("AttributeError", undefined="train"))
    assert in_full(missing) == "Your file does not define `train`."
    unwritten = Verdict(VISIBLE, "error", absence=raised("NotImplementedError"))
    assert in_full(unwritten) == "This part is not written yet."


def test_only_pythons_and_pytorchs_own_classes_are_named() -> None:
    assert known_error("KeyError") == "KeyError"
    assert known_error("OutOfMemoryError") == "OutOfMemoryError"
    assert known_error("print") == "an error of another kind"
    assert known_error("Q0x73") == "an error of another kind"


def test_a_passed_check_needs_no_words() -> None:
    verdict = Verdict(VISIBLE, "passed")
    assert (published(verdict), hint(verdict)) == ("", "")
