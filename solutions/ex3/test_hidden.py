"""The hidden rows of exercise 3."""

from grader.seen import Seen


def test_leftover(leftover: Seen) -> None:
    leftover.same("weights", "After one epoch with a shorter last group the weights are off by {gap}.")
