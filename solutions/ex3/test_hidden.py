"""The hidden rows of exercise 3.

Each judges what it is about and no more: how much a micro-batch counts is measured in the scale of two full, equal
groups (`even`), which is the business of ex3.equivalence.
"""

from __future__ import annotations

from typing import Any

from grader.exercises.ex3.test_visible import habit, relative, unit
from grader.seen import Seen, close


def fair(weights: list[Any], shares: list[float], even: Seen) -> bool:
    """Whether micro-batches counted by their shares, as they are or in the scale of full, equal groups."""
    scale = unit(even)
    scaled = [weight / scale if isinstance(weight, float) else weight for weight in weights]
    return close(weights, shares) or close(scaled, shares)


def test_leftover(even: Seen, leftover: Seen, lone: Seen) -> None:
    full = 4
    last, shares = leftover["weights"][full:], leftover.want["weights"][full:]
    leftover.require(
        fair(last, shares, even),
        "The last, shorter group's micro-batches counted {last} in their update; their shares are {shares}.",
        last=last,
        shares=shares,
        symptom=[habit(leftover, full), unit(even) if any(last) else None],
    )
    before, without = leftover["weights"][:full], even["weights"][:full]
    leftover.require(
        close(before, without),
        "Before a shorter last group, a full one counted {before}; before a full one, {without}.",
        before=before,
        without=without,
        symptom=[before, without],
    )
    if close(even["updates"], even.want["updates"]):  # else `steps` tells it
        made, due, count = sorted(set(leftover["updates"])), leftover.want["updates"], len(leftover.want["sizes"])
        leftover.require(
            close(made, due),
            "With some left over, updates came after micro-batches {made}; they were expected after {due}.",
            made=[share * count for share in made],
            due=[share * count for share in due],
            symptom=made,
        )
    last, shares = lone["weights"][full:], lone.want["weights"][full:]
    lone.require(
        fair(last, shares, even),
        "A single micro-batch that was left over counted {last} in its update; its share is {shares}.",
        last=last,
        shares=shares,
    )


def test_ragged(even: Seen, leftover: Seen, ragged: Seen, ragged_leftover: Seen) -> None:
    ragged.require(
        fair(ragged["weights"], ragged.want["weights"], even),
        "Micro-batches of 4, 4, 4 and 2 samples counted {seen} in their update; their shares are {want}.",
        seen=ragged["weights"],
        want=ragged.want["weights"],
        symptom=[habit(ragged), unit(even)],
    )
    # How much the two count beside each other: their scale, and that there is no update at all, is ex3.leftover.
    last, shares = ragged_leftover["weights"][4:], ragged_leftover.want["weights"][4:]
    without = not any(last) and not any(leftover["weights"][4:])
    ragged_leftover.require(
        without or close(relative(last), relative(shares)),
        "Micro-batches left over, of 4 and 2 samples, counted {last} in their update; their shares are {shares}.",
        last=last,
        shares=shares,
        symptom=relative(last),
    )


def test_loss(resting: Seen, moving: Seen) -> None:
    resting.same("loss", "The function returned {seen}; the mean over all samples is {want}.")
    moving.require(
        close(moving["loss"], moving["passed"]),
        "The function returned {seen}; the forward passes that trained have the mean {want}.",
        seen=moving["loss"],
        want=moving["passed"],
    )


def test_edges(even: Seen, single: Seen, large: Seen, refused: Seen, stale: Seen) -> None:
    late = "With accumulation_steps={steps}, updates came after micro-batches {made}; {due} was expected."
    for seen, steps in ((single, 1), (large, 8)):
        made, due, count = sorted(set(seen["updates"])), seen.want["updates"], len(seen.want["sizes"])
        seen.require(
            close(made, due),
            late,
            steps=steps,
            made=[share * count for share in made],
            due=[share * count for share in due],
            symptom=made,
        )
    alone = [even["weights"][3], even["weights"][7]]  # the last of each group: first and last update
    single.require(
        close(relative(single["weights"]), relative(alone)),
        "With accumulation_steps=1 the micro-batches counted {seen} in their updates.",
        seen=single["weights"],
        symptom=relative(single["weights"]),
    )
    large.require(
        close(relative(large["weights"]), relative(even["weights"][-3:])),
        "In a group larger than the loader the micro-batches counted {seen}.",
        seen=large["weights"],
        symptom=relative(large["weights"]),
    )
    refused.same("raised", "For accumulation_steps of 0 and -1 it raised {seen}; {want} was expected.")
    stale.require(
        not stale["first"] and not stale["later"],
        "Gradients that were there before the epoch moved a weight that no sample looks at.",
        symptom=[stale["first"], stale["later"]],
    )
