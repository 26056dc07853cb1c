"""The visible rows of exercise 5."""

from collections.abc import Mapping
from typing import Any

from grader.seen import Seen, Spelled, close, shown

ORDER = "For ten predictions your function returned {seen}; (tp, tn, fp, fn) is {want}."
KINDS = "For {kind} your function {did}; {want} was expected."
MANY = "For a thousand predictions as {kind} your function {did}; {want} was expected."
ONE_CLASS = "For six predictions, {case}, your function {did}; {want} was expected."
LENGTHS = "For {case} your function {did}; a ValueError was expected."
VALUE = "For (tp, tn, fp, fn) = {case} your function {did}; the MCC is {want}."


def test_counts(kinds: Seen, many: Seen, one_class: Seen, lengths: Seen) -> None:
    want = kinds.want["lists"]
    given = {kind: kinds[kind] for kind in kinds.want}
    answers = [answer for answer in given.values() if answered(answer)]
    commonest = max(answers, key=answers.count, default=None)
    some_right = any(close(answer, want) for answer in answers)
    kinds.require(some_right, ORDER, symptom=commonest, seen=commonest, want=want)
    for kind, answer in given.items():
        kinds.require(close(answer, want), KINDS, kind=kind, did=did(answer), want=want)
    for kind, want in many.want.items():
        many.require(close(answer := many[kind], want), MANY, kind=kind, did=did(answer), want=want)
    for case, want in one_class.want.items():
        holds = close(answer := one_class[case], want)
        one_class.require(holds, ONE_CLASS, symptom=answer, case=case, did=did(answer), want=want)
    for case, want in lengths.want.items():
        holds = close(answer := lengths[case], want)
        lengths.require(holds, LENGTHS, case=case, did=did(answer))


def test_formula(textbook: Seen) -> None:
    for kind, answers, wanted in textbook.parts("answers"):
        for case, answer, want in zip(textbook.want["cases"], answers, wanted, strict=True):
            holds = close(answer, want, rel=0)
            words = {"case": f"{shown(case)} as {kind}", "did": did(answer), "want": digits(want)}
            textbook.require(holds, VALUE, symptom=answers, **words)


def test_gpu(gpu: Seen) -> None:
    for name, on_device in gpu["device"].items():
        want = gpu["cpu"][name]
        message = "On the GPU your functions give {seen} as {name}, on the CPU {want}."
        gpu.require(close(on_device, want), message, name=name, seen=on_device, want=want)


def answered(answer: Any) -> bool:
    """Whether a call came back with something, right or wrong."""
    return not (isinstance(answer, Mapping) and "raised" in answer)


def did(answer: Any) -> str:
    """What a call did, in words."""
    return f"returned {digits(answer)}" if answered(answer) else f"stopped with {answer['raised']}"


def digits(answer: Any) -> str:
    """A number with the seven digits that are compared; anything else as ever."""
    return Spelled(f"{answer:.7g}") if isinstance(answer, float) else shown(answer)
