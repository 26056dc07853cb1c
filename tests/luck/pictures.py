"""Pictures of the rows with a threshold: right solutions, wrong answers, and the threshold between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from tests.luck.rows import Fate
from tests.luck.thresholds import THRESHOLDS, Threshold

HERE = Path(__file__).parent
BINS = 60
BLUE, ORANGE, GREY = "#2b6cb0", "#dd6b20", "#4a5568"


def draw(row: str, right: Sequence[Fate], wrong: Sequence[Fate], folder: Path = HERE) -> Path:
    """Draw what right and wrong programs reach in a row with a threshold; the picture's path."""
    mpl.use("Agg")
    import matplotlib.pyplot as plt  # after the choice of what draws

    threshold = THRESHOLDS[row]
    with plt.rc_context({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False}):
        figure, panels = plt.subplots(2, 1, figsize=(8, 4.6), sharex=True, layout="constrained")
        figure.suptitle(threshold.title, fontweight="bold", x=0.01, ha="left")
        edges = bins(threshold, right, wrong)
        show(panels[0], threshold, right, edges, "right solutions", BLUE)
        show(panels[1], threshold, wrong, edges, "wrong answers", ORANGE)
        panels[1].set_xlabel(threshold.axis)
        label(panels[0], threshold)
        path = folder / f"{row}.png"
        figure.savefig(path, dpi=110)
        plt.close(figure)
    return path


def bins(threshold: Threshold, *parts: Sequence[Fate]) -> Any:
    """The edges of the bars, the same for both panels and one of them at the threshold."""
    numbers = np.array([number for part in parts for fate in part for number in fate.numbers] + [threshold.limit])
    if not threshold.logarithmic:
        low, high = min(numbers.min(), 0), numbers.max() * 1.05
        width = threshold.limit / max(round(threshold.limit / (high - low) * BINS), 1)
        return np.arange(np.floor(low / width), np.ceil(high / width) + 1) * width
    low, high = np.log10(least(threshold)), np.log10(numbers.max() * 1.3)
    width = (np.log10(threshold.limit) - low) / max(
        round((np.log10(threshold.limit) - low) / (high - low) * BINS), 1
    )
    return 10 ** (low + width * np.arange(np.ceil((high - low) / width) + 1))


def least(threshold: Threshold) -> float:
    """The left end of a logarithmic axis; what is below, a zero say, is drawn there."""
    return threshold.limit / 20


def show(panel: Any, threshold: Threshold, part: Sequence[Fate], edges: Any, who: str, colour: str) -> None:
    """One panel: how often which number was reached; each run is seen, however many there are elsewhere."""
    numbers = [number for fate in part for number in fate.numbers]
    silent = sum(not fate.numbers for fate in part)
    panel.hist(np.clip(numbers, edges[0], edges[-1]), bins=edges, color=colour, log=True)
    panel.set_ylim(bottom=0.7)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.yaxis.set_minor_formatter("")
    panel.axvline(threshold.limit, color=GREY, linestyle="--")
    if threshold.logarithmic:
        panel.set_xscale("log")
        decades = [tick for tick in (0.01, 0.1, 1.0) if tick > 2 * edges[0]]
        panel.set_xticks([edges[0], *decades], labels=["0 or less", *(f"{tick:g}" for tick in decades)])
        panel.minorticks_off()
    panel.set_ylabel("runs")
    words = f"{len(part) - silent} {who}, {len(numbers)} runs"
    words += f"\n({silent} more fail before there is a number)" if silent else ""
    panel.set_title(words, color=colour, loc="right", fontsize=10)


def label(panel: Any, threshold: Threshold) -> None:
    """Say what the line is, and on which side of it a program passes."""
    sides = ("fails ←", "→ passes") if threshold.passes_above else ("passes ←", "→ fails")
    for side, words, where in zip((-1, 1), sides, ("right", "left"), strict=True):
        panel.annotate(
            words,
            (threshold.limit, 0.86),
            xycoords=("data", "axes fraction"),
            xytext=(6 * side, 0),
            textcoords="offset points",
            ha=where,
            color=GREY,
        )
    panel.annotate(
        f"threshold {threshold.limit:g}",
        (threshold.limit, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        color=GREY,
    )
