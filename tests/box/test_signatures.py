"""Which arguments a student's function takes."""

from __future__ import annotations

import sys

import pytest

from grader.box.signatures import signature

LATE = """
def trained(data: Dataset, *, epochs: int = 3): ...
"""


@pytest.mark.skipif(sys.version_info < (3, 14), reason="annotations are worked out as a function is defined")
def test_a_name_that_is_missing_from_an_annotation_is_not_asked_for() -> None:
    names: dict[str, object] = {}
    exec(compile(LATE, "trained.py", "exec", dont_inherit=True), names)
    function = names["trained"]
    assert callable(function)
    assert list(signature(function).parameters) == ["data", "epochs"]


def test_a_wrapper_may_be_seen_as_it_is() -> None:
    def wrapper(*data: object) -> None: ...

    def wrapped(first: object, second: object) -> None: ...

    wrapper.__wrapped__ = wrapped  # type: ignore[attr-defined]
    assert list(signature(wrapper).parameters) == ["first", "second"]
    assert list(signature(wrapper, follow_wrapped=False).parameters) == ["data"]
    with pytest.raises(TypeError):
        signature(3)  # type: ignore[arg-type]
