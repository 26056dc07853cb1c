"""The rows that hold a trained or drawn number to a threshold, and where a program stands to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.seen import Seen
from solutions.ex1.test_hidden import MARGIN
from solutions.ex4.test_hidden import RUNS, SHARE, least_fall

Seeing = Mapping[str, Seen]  # what a row's test looks at, by scenario


@dataclass(frozen=True)
class Threshold:
    """What a row measures of a program, the limit, and the words for a picture."""

    of: Callable[[Seeing], float | None]  # None where the program shows no such number
    limit: float
    passes_above: bool
    title: str
    axis: str
    logarithmic: bool = False

    def worst(self, numbers: list[float], right: bool) -> float:
        """The number nearest to the other side, of right programs or of wrong ones."""
        return min(numbers) if right == self.passes_above else max(numbers)


def behind_the_best(seen: Seeing) -> float | None:
    """By how much of Q3 a network is behind the best that any per-residue model can reach."""
    learns = seen["learns"]
    q3 = learns["q3"]
    return float(learns.want["best"] - q3) if isinstance(q3, float) else None


def share_of_the_fall(seen: Seeing) -> float | None:
    """How much of the reference's fall of the loss a program's training reaches, in the worst of its three runs."""
    training = seen["training"]
    runs = training["runs"]
    if len(runs) < RUNS:
        return None
    return min(float(run["fall"]) / least_fall(run, training) * SHARE for run in runs)


THRESHOLDS = {
    "ex1.learns": Threshold(
        behind_the_best,
        MARGIN,
        passes_above=False,
        title="ex1.learns: Q3 comes near the best",
        axis="Q3 on held-out families: how far behind the best that any per-residue model can reach",
    ),
    "ex4.converges": Threshold(
        share_of_the_fall,
        SHARE,
        passes_above=True,
        title="ex4.converges: each optimizer lowers the loss",
        axis="fall of the training loss, as a share of the reference's (worst of three optimizers)",
        logarithmic=True,
    ),
}
