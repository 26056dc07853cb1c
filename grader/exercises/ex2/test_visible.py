"""The visible rows of exercise 2, and what all its checks know of learning rates."""

from __future__ import annotations

from grader.seen import Fact, Seen, Spelled, close

RATE = 1e-6  # relative, and no absolute slack: the first rate is as small as 1e-7


def test_endpoints(ends: Seen) -> None:
    start, target = ends.want["small"]["rates"][:2]
    asked(ends, "small", symptom=progress(ends["small"]["rates"], start, target))
    asked(ends, "default")


def test_linear(between: Seen) -> None:
    rates, start, target = between["small"]["rates"], between["start"], between["target"]
    asked(between, "small", symptom=progress(rates[1:6], start, target))  # the ends belong to the row before
    asked(between, "default")


def test_gpu(gpu: Seen) -> None:
    seen, want = gpu["device"], gpu["cpu"]
    gpu.require(close(seen, want), "Training on the GPU gave other weights or rates than on the CPU.")


def asked(x: Seen, key: str, symptom: Fact = None) -> None:
    """Hold that `warmup_lr` gave every rate that it was asked for."""
    seen, want = x[key]["rates"], x.want[key]["rates"]
    at = stray(seen, want)
    x.require(
        at is None,
        "{call} gave {seen}. {want} was expected.",
        symptom=(key, symptom),
        call=x.want[key]["calls"][at or 0],
        seen=exact(seen[at or 0]),
        want=exact(want[at or 0]),
    )


def same_rate(seen: Fact, want: Fact) -> bool:
    """Whether two rates, or lists of rates, are the same."""
    return close(seen, want, rel=RATE, abs=0.0)


def stray(seen: list[Fact], want: list[Fact]) -> int | None:
    """The first update whose rate is not the wanted one; the lists are of one length."""
    return next((at for at, pair in enumerate(zip(seen, want, strict=True)) if not same_rate(*pair)), None)


def numeric(rates: list[Fact]) -> bool:
    """Whether every rate is a number: a student's may be None or "nan"."""
    return all(type(rate) in (int, float) for rate in rates)


def progress(rates: list[Fact], start: float, target: float) -> list[Fact]:
    """How far up the ramp each rate is: 0 is the start rate, 1 the target."""
    return [(rate - start) / (target - start) for rate in rates] if numeric(rates) else rates


def exact(rate: Fact) -> Fact:
    """A rate as a message shows it, with enough digits to tell two neighbours of a long ramp apart."""
    return Spelled(f"{rate:.6g}") if isinstance(rate, float) else rate
