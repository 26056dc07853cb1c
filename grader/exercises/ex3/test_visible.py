"""The visible rows of exercise 3."""

from grader.seen import Seen

WEIGHTS = "After one epoch the weights are off by {gap}."


def test_equivalence(sgd: Seen, adam: Seen) -> None:
    sgd.same("weights", WEIGHTS)
    adam.same("weights", WEIGHTS)


def test_steps(sgd: Seen) -> None:
    sgd.same("steps", "The optimizer made {seen} updates from 8 micro-batches; {want} were expected.")


def test_micro_batches(sgd: Seen) -> None:
    sgd.same("forwards", "The model saw batches of {seen} samples; each micro-batch alone was expected: {want}.")
