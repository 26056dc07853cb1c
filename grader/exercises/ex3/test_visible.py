"""The visible rows of exercise 3, and how they read the weights of the scenarios `even`, `leftover` and others.

There, weight j after the epoch is how much micro-batch j counted in its update.
"""

from __future__ import annotations

from typing import Any

from grader.seen import Seen, close

Fact = Any


def relative(weights: list[Fact]) -> list[Fact]:
    """How much each micro-batch counted, beside the last one that counted at all; as it is if none did."""
    if not all(isinstance(weight, float) for weight in weights):
        return weights
    last = next((weight for weight in reversed(weights) if weight), 1.0)
    return [weight / last for weight in weights]


def unit(even: Seen) -> float:
    """The scale of all updates: 1 if the last of two full, equal groups was scaled as it should be."""
    last = even["weights"][-1]
    return last / float(even.want["weights"][-1]) if isinstance(last, float) and last else 1.0


def habit(seen: Seen, first: int = 0) -> Fact:
    """How micro-batches from `first` on counted, in the words by which a mistake is known.

    An update after each one says it all. Else, where some count more than others, it is by how much, since a
    mistake in the scale would be another one; and where all count the same, how much that is. The same shares
    may come of updates at the wrong time, or of backward passes that are missing: those are other mistakes.
    """
    if len(seen["updates"]) == len(seen.want["sizes"]):
        return "an update for each micro-batch"
    weights = seen["weights"][first:]
    shares = relative(weights)
    even = close(shares, [1.0] * len(shares), rel=1e-3)
    in_time = close(seen["updates"], seen.want["updates"]) or seen["updates"]
    complete = seen["passes"].count("backward") >= seen["passes"].count("forward")
    return [in_time, complete, weights[-1] if even else shares]


def test_equivalence(even: Seen, sgd: Seen, adam: Seen, cancel: Seen) -> None:
    for number, (weight, share) in enumerate(zip(even["weights"], even.want["weights"], strict=True), start=1):
        even.require(
            close(weight, share),
            "Micro-batch {number} counted {weight} in its update; its share of the group is {share}.",
            number=number,
            weight=weight,
            share=share,
            symptom=habit(even),
        )
    off = "After one epoch the weights are off by up to {gap} from those of training on whole groups."
    sgd.same("weights", off, symptom=lambda weights, _: [sgd["updates"], weights])
    adam.same("weights", off)
    cancel.require(
        close(cancel["weights"], cancel.want["weights"]),
        "Four micro-batches pull a weight up and four pull it down: it went to {seen}, and should be at {want}.",
        seen=cancel["weights"][0],
        want=cancel.want["weights"][0],
    )


def test_steps(even: Seen, sgd: Seen, default: Seen) -> None:
    for seen in (even, sgd, default):
        made, due, count = seen["updates"], seen.want["updates"], len(seen.want["sizes"])
        seen.require(
            len(made) == len(due),
            "The optimizer made {made} updates for {count} micro-batches; {due} were expected.",
            made=len(made),
            count=count,
            due=len(due),
            symptom=made,
        )
        seen.require(
            close(made, due),
            "Updates came after micro-batches {made}; they were expected after {due}.",
            made=[share * count for share in made],
            due=[share * count for share in due],
            symptom=made,
        )


def test_micro_batches(even: Seen) -> None:
    sizes, size = even["sizes"], max(even.want["sizes"])
    even.require(
        even["largest"] <= size,
        "A forward pass saw {seen} samples; a micro-batch has {size}.",
        seen=even["largest"],
        size=size,
        symptom=sizes,
    )
    even.same("sizes", "The forward passes that trained saw {seen} samples; the micro-batches have {want}.")
    even.require(
        "look" not in even["passes"],
        "Between the passes that trained, the model made {looks} more forward passes.",
        looks=even["passes"].count("look"),
    )
    even.same("passes", "The passes came in the order {seen}; {want} was expected.")


def test_gpu(gpu: Seen) -> None:
    gpu.require(
        close(gpu["device"], gpu["cpu"], rel=1e-3),
        "One epoch on the GPU gave {seen}; the same epoch on the CPU gave {want}.",
        seen=gpu["device"],
        want=gpu["cpu"],
    )
