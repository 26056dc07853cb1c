"""The hidden rows of exercise 2."""

from __future__ import annotations

from itertools import pairwise

from grader.exercises.ex2.test_visible import RATE, exact, numeric, progress, same_rate, stray
from grader.seen import Fact, Failed, NotObserved, Seen, close

UPDATE = "Update {at} used the rate {seen}. {want} was expected."
WITH_FIRST = "with the first"  # the pace that every group should keep


def test_scheduler(scheduler: Seen) -> None:
    returned = scheduler["small"]["returned"]
    scheduler.require(
        returned is True,
        "`make_warmup_scheduler` returned {returned}. An object with a `step()` was expected.",
        symptom=returned,
        returned=returned,
    )
    for key in ("small", "default"):
        (seen,), (want,) = scheduler[key]["rates"], scheduler.want[key]["rates"]
        used(scheduler, seen, want, symptom=(key, ramp(seen, want)))


def test_groups(groups: Seen, scheduler: Seen) -> None:
    own_climb(groups, groups["rates"], groups.want["rates"])
    seen, alone, want = groups["rates"][0], own_ramp(scheduler), groups.want["rates"][0]
    groups.require(
        same_rate(seen, alone),
        "The first of several groups used the rates {seen}. As the only one it used {alone}.",
        symptom=progress(seen[:7], want[0], want[-1]),
        seen=seen,
        alone=alone,
    )


def test_loop(loop: Seen, two_groups: Seen, longer: Seen, scheduler: Seen, groups: Seen) -> None:
    (seen,), (want,) = loop["used"], loop.want["used"]
    loop.require(
        len(seen) == len(want),
        "3 epochs of 5 batches made {seen} updates. {want} were expected.",
        symptom=len(seen),
        seen=len(seen),
        want=len(want),
    )
    used(loop, seen, want, symptom=in_loop(loop, scheduler))
    returned(loop)
    loop.same("weights", "The rates are right, but the trained weights are off by {gap}.")
    if fair(groups):  # else the scheduler's groups are at fault, and `groups` has told it
        own_climb(two_groups, two_groups["used"], two_groups.want["used"])
        returned(two_groups)
    if not hurried(longer):  # else `edges` tells it
        (seen,), (want,) = longer["used"], longer.want["used"]
        longer.require(
            len(seen) == len(want),
            "An epoch of 5 batches made {seen} updates. {want} were expected.",
            symptom=len(seen),
            seen=len(seen),
            want=len(want),
        )
        used(longer, seen, want)


def test_edges(zero: Seen, negative: Seen, longer: Seen) -> None:
    for function in negative.want:
        outcome = negative[function]
        negative.require(
            outcome == "ValueError",
            "`{function}` took `warmup_steps=-1` ({outcome}). A ValueError was expected.",
            symptom=outcome if isinstance(outcome, str) else "accepted",
            function=function,
            outcome=outcome if isinstance(outcome, str) else "no error",
        )
    for function in zero.want:
        outcome, target = zero[function], zero.want[function][0]
        zero.require(
            isinstance(outcome, list) and bool(outcome) and all(same_rate(rate, target) for rate in outcome),
            "With `warmup_steps=0`, `{function}` gave {outcome}. Only {target} was expected.",
            symptom=outcome,
            function=function,
            outcome=outcome,
            target=target,
        )
    longer.require(
        not hurried(longer),
        "5 updates of a warmup over 1000 used the rates {seen}. {want} were expected.",
        symptom=climbs(longer["used"][0], longer.want["used"][0]),
        seen=longer["used"],
        want=longer.want["used"],
    )


def used(x: Seen, seen: list[Fact], want: list[Fact], symptom: Fact = None) -> None:
    """Hold that each update used its rate."""
    at = stray(seen, want)
    x.require(at is None, UPDATE, symptom=symptom, at=at, seen=exact(seen[at or 0]), want=exact(want[at or 0]))


def ramp(seen: list[Fact], want: list[Fact]) -> Fact:
    """What tells wrong ramps apart: whether the first rate is the target, and how the inner ones climb.

    The second rate and the last of the ramp are left out: one mistake, written in other words, differs there.
    """
    return [same_rate(seen[0], want[-1]), progress(seen[2:7], want[0], want[-1])]


def in_loop(loop: Seen, scheduler: Seen) -> Fact:
    """What tells wrong loops apart: the ramp, or the steps of its own scheduler at which the updates were.

    The loop itself is at fault if the scheduler had set its first rate and that was gone before the first
    update, or if the rate stands still where a ramp climbs. Else the fault came with the ramp.
    """
    (seen,), (want,) = loop["used"], loop.want["used"]
    own = own_ramp(scheduler)
    overwritten = not same_rate(seen[0], own[0]) and any(same_rate(rate, own[0]) for rate in loop["before"])
    follows = same_rate(seen[: len(own)], own)
    if follows or not (overwritten or same_rate(seen[2], seen[3])):
        return ramp(seen, want)
    return [next((step for step, rate in enumerate(own) if same_rate(rate, now)), None) for now in seen[:7]]


def own_ramp(scheduler: Seen) -> list[Fact]:
    """The rates that the submission's own scheduler gives; the right ones if it gives none."""
    try:
        rates: list[list[Fact]] = scheduler["small"]["rates"]
    except NotObserved:
        rates = []
    return (rates or scheduler.want["small"]["rates"])[0]


def climbs(seen: list[Fact], want: list[Fact]) -> Fact:
    """Whether rates begin where they should, grow, and come near a target that is 1000 updates away: others climb
    too fast, and only a ramp that was fitted to the training ends with it."""
    half_way = want[0] + 500 * (want[1] - want[0])
    return numeric(seen) and [
        same_rate(seen[:1], want[:1]),
        all(low < high for low, high in pairwise(seen)),
        any(rate > half_way for rate in seen[-1:]),
    ]


def returned(x: Seen) -> None:
    """Hold that the returned rates are those that the updates used.

    With several groups they are the first one's, or a list for each group, or for each update.
    """
    rates = x["used"]
    forms = (rates[0], rates, [list(update) for update in zip(*rates, strict=True)])
    seen = x["returned"]
    flat = isinstance(seen, list) and numeric(seen)
    x.require(
        any(same_rate(seen, form) for form in forms),
        "`train_with_warmup` returned {seen}. The updates used {want}.",
        symptom=progress(seen, rates[0][0], rates[0][-1]) if flat else "no rates",
        seen=seen,
        want=rates[0],
    )


def own_climb(x: Seen, seen: list[list[Fact]], want: list[list[Fact]]) -> None:
    """Hold that each group climbs to its own rate, at the first group's pace: that one belongs to other rows."""
    reached, goals = [rates[-1:] for rates in seen], [rates[-1:] for rates in want]
    x.require(
        same_rate(reached, goals),
        "The groups ended at the rates {seen}. {want} were expected.",
        symptom=reached,
        seen=reached,
        want=goals,
    )
    straight = is_straight(seen[0])
    paces = [pace(rates, seen[0], want[0][0]) for rates in seen]
    x.require(
        straight and all(each == WITH_FIRST for each in paces),
        "The groups do not all climb in a straight line to their own rates: {seen}.",
        symptom=paces if straight else progress(seen[0][2:7], want[0][0], want[0][-1]),
        seen=seen,
    )


def pace(rates: list[Fact], first: list[Fact], start: float) -> str:
    """How a group climbs beside the first one. The three tell two mistakes apart: a group that is left alone stands
    at its own rate from the start, one whose ramp is wrong climbs otherwise."""
    if keeps_pace(rates, first, start):
        return WITH_FIRST
    return "not at all" if same_rate(rates, rates[-1:] * len(rates)) else "otherwise"


def is_straight(rates: list[Fact]) -> bool:
    """Whether the inner rates of a ramp rise by one amount each."""
    if not numeric(rates):
        return False
    rises = [after - before for before, after in pairwise(rates[2:7])]
    return min(rises) > 0 and max(rises) - min(rises) < 4 * RATE * rates[-1]


def keeps_pace(rates: list[Fact], first: list[Fact], start: float) -> bool:
    """Whether a group climbs as the first one does: from `start`, or by the same share of its own rate."""
    if not numeric(first):
        return False
    goal, first_goal = rates[-1], first[-1]
    from_start = [start + (rate - start) * (goal - start) / (first_goal - start) for rate in first]
    by_share = [rate * goal / first_goal for rate in first]
    return any(close(rates, form, rel=10 * RATE, abs=0.0) for form in (from_start, by_share))


def fair(groups: Seen) -> bool:
    """Whether the submission's scheduler treats groups as it should."""
    try:
        own_climb(groups, groups["rates"], groups.want["rates"])
    except (Failed, NotObserved):
        return False
    return True


def hurried(longer: Seen) -> bool:
    """Whether a short training went further up a long ramp than an update or two can explain. How many updates it
    made is told by `loop`."""
    try:
        (seen,), (want,) = longer["used"], longer.want["used"]
    except NotObserved:
        return True
    limit = want[0] + (max(len(seen), len(want)) + 0.5) * (want[1] - want[0])
    return not numeric(seen) or any(rate > limit for rate in seen[1:])
